import { z } from 'zod'
import { isAppPath, isQualifiedName, label, subdomain } from '@/lib/names'

/** The grammar of Kubernetes' names as schemas, for what comes from outside. */

const aLabel = 'must be a DNS label such as "kubia"'
const aSubdomain = 'must be a DNS subdomain such as "kubia-0"'

/** A namespace, a container or a port: a DNS label of at most 63 characters. */
export const LabelName = z.string().max(63, aLabel).regex(label, aLabel)

/** A pod, a set, a volume, a node: a DNS subdomain of at most 253 characters. */
export const ObjectName = z.string().max(253, aSubdomain).regex(subdomain, aSubdomain)

export const AppPath = z
  .string()
  .refine(isAppPath, 'must be a path such as "/healthz": letters, digits, . _ ~ - between slashes')

/** What Kubernetes gives each object once and to no other one. Usually a UUID; a static pod's is a hash. */
export const Uid = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is not a uid')

export const Finalizer = z.string().max(317).refine(isQualifiedName, 'is not a finalizer')

/** One object and no later one of its name. */
export const ObjectRef = z.strictObject({ namespace: LabelName, name: ObjectName, uid: Uid })
export type ObjectRef = z.infer<typeof ObjectRef>
