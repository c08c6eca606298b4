import 'server-only'
import type { Agent, RequestOptions } from 'node:http'
import type { TlsMaterial } from './tls-material'

/**
 * An agent that goes through an HTTP or SOCKS proxy (kubeconfig `proxy-url`), made by the client library. In a file of
 * its own because importing the library costs some 80 MB of memory.
 */
export async function proxyAgent(server: URL, tls: TlsMaterial, proxy: string, keepAlive: boolean): Promise<Agent> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  const pem = (value: unknown) => (value === undefined ? {} : { value: Buffer.from(String(value)).toString('base64') })
  const { value: caData } = pem(tls.ca)
  const { value: certData } = pem(tls.cert)
  const { value: keyData } = pem(tls.key)
  config.loadFromClusterAndUser(
    {
      name: 'cluster',
      server: server.href,
      skipTLSVerify: server.protocol === 'http:' || tls.rejectUnauthorized === false,
      proxyUrl: proxy,
      ...(caData ? { caData } : {}),
      ...(tls.servername ? { tlsServerName: tls.servername } : {}),
    },
    { name: 'user', ...(certData ? { certData } : {}), ...(keyData ? { keyData } : {}) },
  )
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const agent = options.agent as Agent & { keepAlive: boolean; options: { keepAlive: boolean } }
  agent.keepAlive = keepAlive
  agent.options.keepAlive = keepAlive
  return agent
}
