import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fileSource } from '../../src/node/file-source.ts'
import { describeWithTools, run, temporaryFolder } from '../support/tools.ts'

describeWithTools('a file that is none', ['mkfifo'], () => {
  it('a pipe is refused, and it is not waited for', async () => {
    const pipe = join(temporaryFolder(), 'pipe')
    await run('mkfifo', [pipe])
    expect(() => fileSource(pipe)).toThrow(expect.objectContaining({ code: 'ERR_FILE_READ', data: expect.objectContaining({ reason: 'notAFile' }) }))
  })
})
