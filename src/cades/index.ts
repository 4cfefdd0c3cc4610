/**
 * `kyso/cades`: signatures as CMS files (CAdES): made, added to, counter-signed, and read.
 *
 * @module
 */
export { completeCms } from './complete.ts'
export type {
  CadesLevel,
  CmsDescription,
  CmsPlacement,
  Commitment,
  CompleteCmsOptions,
  CounterSignCmsOptions,
  PrepareCmsOptions,
  SignaturePolicy,
  SignCmsOptions,
} from './options.ts'
export { cmsFormat, type ReadCmsOptions, readCms } from './read.ts'
export { counterSignCms, type PreparedCms, prepareCms, signCms } from './sign.ts'
