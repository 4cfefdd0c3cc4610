package verapdf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Answers a request a line: {@code {"file":"a.pdf","flavour":"1b"}} with what of that flavour of PDF/A the file fails. */
public final class Main {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Of each failed rule, so many places are told. */
    private static final int CONTEXTS = 3;

    public static void main(String[] args) throws Exception {
        // veraPDF logs to standard output and error; only answers may go out, and its findings say the same.
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            if (!line.isBlank()) answers.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
        }
    }

    private static ObjectNode answer(JsonNode request) {
        ObjectNode out = JSON.createObjectNode();
        try {
            check(request.path("file").asText(), PDFAFlavour.fromString(request.path("flavour").asText()), out);
        } catch (Throwable e) {
            out.put("error", e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        return out;
    }

    private static void check(String file, PDFAFlavour flavour, ObjectNode out) throws Exception {
        // Without a flavour veraPDF would fall back on one of its own choice.
        if (flavour == PDFAFlavour.NO_FLAVOUR) throw new IllegalArgumentException("unknown flavour");
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            Map<String, ObjectNode> rules = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) add(rules, assertion);
            }
            out.put("conforming", result.isCompliant());
            out.put("checks", result.getTotalAssertions());
            out.putArray("failures").addAll(rules.values());
        }
    }

    private static void add(Map<String, ObjectNode> rules, TestAssertion assertion) {
        String clause = assertion.getRuleId().getClause();
        int test = assertion.getRuleId().getTestNumber();
        ObjectNode rule = rules.computeIfAbsent(clause + " " + test, key -> {
            ObjectNode one = JSON.createObjectNode().put("clause", clause).put("test", test).put("description", assertion.getMessage());
            one.putArray("contexts");
            return one;
        });
        ArrayNode contexts = (ArrayNode) rule.get("contexts");
        if (contexts.size() < CONTEXTS) contexts.add(assertion.getLocation().getContext());
    }
}
