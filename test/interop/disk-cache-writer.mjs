// Writes and reads a shared cache without a pause until it is killed; ends with status 3 where it reads something that is not valid.
// Arguments: module of the cache, module of the values, folder, seed.
const [cacheModule, valuesModule, folder, seed] = process.argv.slice(2)
const { diskCache } = await import(cacheModule)
const { KEYS, makeValue, isValid } = await import(valuesModule)
const cache = diskCache(folder, { maxBytes: 24 * 1024 * 1024 })
process.stdout.write('ready\n')
for (let turn = 0; ; turn++) {
  const key = KEYS[Math.floor(Math.random() * KEYS.length)]
  await cache.set(key, { bytes: makeValue(key, `${seed} ${turn}`), expires: Date.now() + 3_600_000 })
  const other = KEYS[Math.floor(Math.random() * KEYS.length)]
  const found = await cache.get(other)
  if (found && !isValid(other, found.bytes)) process.exit(3)
}
