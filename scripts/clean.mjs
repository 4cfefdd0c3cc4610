// @ts-check
/** Removes the folders it is given, so that a build leaves nothing of the one before. */
import { rmSync } from 'node:fs'

for (const folder of process.argv.slice(2)) rmSync(folder, { recursive: true, force: true })
