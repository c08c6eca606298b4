import 'server-only'
import { z } from 'zod'

/** The entries of a kubeconfig as they stand in the file (k8s client-go tools/clientcmd/api/v1/types.go). */

/** Base64 as Go reads it: with padding, line ends anywhere. */
export function isBase64(value: string): boolean {
  const digits = value.replace(/[\r\n]/g, '')
  return digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits)
}

const text = z.string().nullish()
const data = z.string().refine(isBase64, { error: 'is not base64' }).nullish()

export const clusterSchema = z.object({
  server: text,
  'certificate-authority': text,
  'certificate-authority-data': data,
  'insecure-skip-tls-verify': z.boolean().nullish(),
  'tls-server-name': text,
  'proxy-url': text,
  'disable-compression': z.boolean().nullish(),
  extensions: z.unknown().optional(),
})

const execSchema = z.object({
  apiVersion: text,
  command: text,
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: text, value: text })).nullish(),
  interactiveMode: text,
  provideClusterInfo: z.boolean().nullish(),
  installHint: text,
})

export const userSchema = z.object({
  'client-certificate': text,
  'client-certificate-data': data,
  'client-key': text,
  'client-key-data': data,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  'as-uid': text,
  'as-groups': z.array(z.string()).nullish(),
  'as-user-extra': z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  exec: execSchema.nullish(),
  'auth-provider': z.object({ name: z.string(), config: z.record(z.string(), z.unknown()).nullish() }).nullish(),
})

export const contextSchema = z.object({ cluster: text, user: text, namespace: text })

/** A cluster's entry as it stands in the file. */
export type ClusterFields = Omit<z.infer<typeof clusterSchema>, 'extensions'>
/** A user's entry as it stands in the file. */
export type UserFields = z.infer<typeof userSchema>
