import { stringify } from 'yaml'

/** What a kubeconfig for this control plane needs. `ca` is PEM. */
export type KubeconfigParts = { url: string; ca: string; tokens: Record<string, string>; refusedUrl: string }

/**
 * The kubeconfig of the control plane, as YAML. Contexts:
 * `ordinal` (admin, current) · `viewer` (the built-in role view) · `one-namespace` (lists and watches pods and
 * statefulsets of `default`, no more) · `nobody` (known, may do nothing) · `exec/plugin:admin` (the admin through an
 * exec plugin; its name holds a slash and a colon) · `expired` (a token that is not valid) · `untrusted` (no
 * certificate authority) · `refused` (a port where nothing listens).
 */
export function kubeconfigText({ url, ca, tokens, refusedUrl }: KubeconfigParts): string {
  const authority = Buffer.from(ca).toString('base64')
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
