import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { kwokConfiguration } from './stages'
import type { Plan } from './protocol'

/** Users that may do everything, by the name of their token in the plan. */
const masters = ['admin', 'control-plane']

/** Writes what the programs read at their start: tokens, keys, their kubeconfig, kwok's stages, the Corefile. */
export async function writeFiles(plan: Plan): Promise<void> {
  const put = (name: string, text: string) => writeFile(join(plan.folder, name), text, { mode: 0o600 })
  for (const folder of ['logs', 'certificates', 'etcd']) await mkdir(join(plan.folder, folder), { recursive: true })
  const rows = Object.entries(plan.tokens).map(([user, token]) =>
    [token, user, user, ...(masters.includes(user) ? ['"system:masters"'] : [])].join(','),
  )
  await put('tokens.csv', `${rows.join('\n')}\n`)
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  await put('client-authority.crt', plan.clientAuthority)
  await put('service-account.key', privateKey)
  await put('service-account.pub', publicKey)
  const cluster = { server: 'https://127.0.0.1:6443', 'insecure-skip-tls-verify': true }
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'inside',
    contexts: [{ name: 'inside', context: { cluster: 'inside', user: 'control-plane' } }],
    clusters: [{ name: 'inside', cluster }],
    users: [{ name: 'control-plane', user: { token: plan.tokens['control-plane'] } }],
  }
  await put('inside.kubeconfig', stringify(kubeconfig))
  for (const kubelet of ['kwok', 'none'] as const) await put(`kwok-${kubelet}.yaml`, kwokConfiguration(plan, kubelet))
  // The kubeadm defaults for the cluster's zone: TTL 30, nothing cached.
  await put(
    'Corefile',
    `.:53 {
  errors
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig ${join(plan.folder, 'inside.kubeconfig')}
    pods insecure
    ttl 30
  }
}
`,
  )
}
