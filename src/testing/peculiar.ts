/** @peculiar/x509 with what it wants imported before it: its dependency injection reads Reflect's metadata while it loads. */
import 'reflect-metadata'

export * as x509 from '@peculiar/x509'
