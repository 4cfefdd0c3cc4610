"""libxml2 as a second opinion on XPath. One JSON object a line: {xml, namespaces, expressions}; the answer to each is a list with a number,
string, boolean, null (an error) or {"nodes": [...]} for each expression. Nodes are named by the place of their element or themselves among
the nodes of the document, adjacent text counting as one."""
import ctypes
import json
import sys

lib = ctypes.CDLL("libxml2.so.2")
P = ctypes.c_void_p
for name, arguments in {
    "xmlReadMemory": [ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int],
    "xmlXPathNewContext": [P],
    "xmlXPathRegisterNs": [P, ctypes.c_char_p, ctypes.c_char_p],
    "xmlXPathEval": [ctypes.c_char_p, P],
    "xmlXPathFreeObject": [P],
    "xmlXPathFreeContext": [P],
    "xmlFreeDoc": [P],
}.items():
    getattr(lib, name).argtypes = arguments
    getattr(lib, name).restype = P

# Entities replaced, attributes defaulted, CDATA as text, no messages.
OPTIONS = 2 | 8 | 16384 | 32 | 64


def pointer(address, offset):
    return ctypes.c_void_p.from_address(address + offset).value


def integer(address, offset):
    return ctypes.c_int.from_address(address + offset).value


def text(address):
    return "" if not address else ctypes.string_at(address).decode("utf-8", "replace")


def names(document):
    """Address of each node of the tree and each attribute, and what it is called."""
    found = {document: "0"}
    count = 1
    stack = [pointer(document, 24)]
    while stack:
        node = stack.pop()
        if not node:
            continue
        stack.append(pointer(node, 48))
        kind = integer(node, 8)
        if kind == 14:
            continue
        found[node] = str(count)
        if kind == 1:
            attribute = pointer(node, 88)
            while attribute:
                space = pointer(attribute, 72)
                uri = text(pointer(space, 16)) if space else ""
                found[attribute] = f"{count}@{text(pointer(attribute, 16))} {uri}"
                attribute = pointer(attribute, 48)
            stack.append(pointer(node, 24))
        count += 1
    return found


def node_name(node, found):
    # Namespace nodes are copies whose `next` is the element.
    if integer(node, 8) == 18:
        return f"{found[pointer(node, 0)]}:{text(pointer(node, 24))}"
    return found[node]


def value(result, found):
    kind = integer(result, 0)
    if kind == 1:
        nodes = pointer(result, 8)
        count = integer(nodes, 0) if nodes else 0
        table = pointer(nodes, 8) if nodes else None
        return {"nodes": sorted(node_name(pointer(table, 8 * index), found) for index in range(count))}
    if kind == 2:
        return integer(result, 16) != 0
    if kind == 3:
        number = ctypes.c_double.from_address(result + 24).value
        return number if number == number and abs(number) != float("inf") else str(number)
    return text(pointer(result, 32))


HANDLER = ctypes.CFUNCTYPE(None, P, P)(lambda _context, _error: None)
lib.xmlSetStructuredErrorFunc.argtypes = [P, P]
lib.xmlSetStructuredErrorFunc(None, ctypes.cast(HANDLER, P))

for line in sys.stdin:
    task = json.loads(line)
    data = task["xml"].encode()
    document = lib.xmlReadMemory(data, len(data), b"", None, OPTIONS)
    if not document:
        print(json.dumps("not well-formed"), flush=True)
        continue
    found = names(document)
    answers = []
    for expression in task["expressions"]:
        context = lib.xmlXPathNewContext(document)
        for prefix, uri in task["namespaces"].items():
            lib.xmlXPathRegisterNs(context, prefix.encode(), uri.encode())
        # The context node is the document.
        ctypes.c_void_p.from_address(context + 8).value = document
        # Context size and position: without them position() is an error.
        ctypes.c_int.from_address(context + 104).value = 1
        ctypes.c_int.from_address(context + 108).value = 1
        result = lib.xmlXPathEval(expression.encode(), context)
        answers.append(value(result, found) if result else None)
        if result:
            lib.xmlXPathFreeObject(result)
        lib.xmlXPathFreeContext(context)
    print(json.dumps(answers), flush=True)
    lib.xmlFreeDoc(document)
