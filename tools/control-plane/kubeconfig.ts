import { stringify } from 'yaml'

/** What a kubeconfig for this control plane needs. `ca` and the certificates are PEM. */
export type KubeconfigParts = {
  url: string
  ca: string
  tokens: Record<string, string>
  refusedUrl: string
  certificates: Record<'certificate' | 'expired-certificate', { cert: string; key: string }>
}

/**
 * The kubeconfig of the control plane, as YAML. Contexts:
 * `ordinal` (admin, current) · `viewer` (the built-in role view) · `one-namespace` (lists and watches pods and
 * statefulsets of `default`, no more) · `nobody` (known, may do nothing) · `exec/plugin:admin` (the admin through an
 * exec plugin; its name holds a slash and a colon) · `certificate` (an admin by client certificate) ·
 * `expired-certificate` · `expired` (a token that is not valid) · `untrusted` (no
 * certificate authority) · `refused` (a port where nothing listens).
 */
export function kubeconfigText({ url, ca, tokens, refusedUrl, certificates }: KubeconfigParts): string {
  const base64 = (pem: string) => Buffer.from(pem).toString('base64')
  const authority = base64(ca)
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: tokens['admin'] },
  }
  const contexts: [name: string, cluster: string, user: string][] = [
    ['ordinal', 'ordinal', 'admin'],
    ['viewer', 'ordinal', 'viewer'],
    ['one-namespace', 'ordinal', 'one-namespace'],
    ['nobody', 'ordinal', 'nobody'],
    ['exec/plugin:admin', 'ordinal', 'exec-plugin'],
    ['certificate', 'ordinal', 'certificate'],
    ['expired-certificate', 'ordinal', 'expired-certificate'],
    ['expired', 'ordinal', 'expired'],
    ['untrusted', 'untrusted', 'admin'],
    ['refused', 'refused', 'admin'],
  ]
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'ordinal',
    contexts: contexts.map(([name, cluster, user]) => ({ name, context: { cluster, user, namespace: 'default' } })),
    clusters: [
      { name: 'ordinal', cluster: { server: url, 'certificate-authority-data': authority } },
      { name: 'untrusted', cluster: { server: url } },
      { name: 'refused', cluster: { server: refusedUrl, 'certificate-authority-data': authority } },
    ],
    users: [
      ...['admin', 'viewer', 'one-namespace', 'nobody'].map((name) => ({ name, user: { token: tokens[name] } })),
      ...Object.entries(certificates).map(([name, { cert, key }]) => ({
        name,
        user: { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) },
      })),
      { name: 'expired', user: { token: 'this-token-is-not-valid-any-more' } },
      {
        name: 'exec-plugin',
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: 'echo',
            args: [JSON.stringify(credential)],
            interactiveMode: 'Never',
          },
        },
      },
    ],
  })
}
