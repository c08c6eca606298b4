import { describe, expect, it } from 'vitest'
import { readSettings, variables } from './settings'

describe('the settings', () => {
  it('say of themselves what they mean and what holds without them', () => {
    const port = variables().find(({ name }) => name === 'PORT')
    expect(port).toEqual({ name: 'PORT', meaning: expect.stringContaining('port'), fallback: '3000' })
    expect(variables().map(({ name }) => name)).not.toContain('KUBERNETES_SERVICE_HOST')
  })

  it('are loopback, port 3000 and writable when nothing is set', () => {
    expect(readSettings({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      server: null,
      readOnly: false,
      inCluster: null,
    })
  })

  it('are read from the environment', () => {
    const settings = readSettings({
      PORT: '0',
      READ_ONLY: 'true',
      ORDINAL_SERVER: 'https://k8s.test/prefix',
      KUBECONFIG: ['/a', '/b'].join(process.platform === 'win32' ? ';' : ':'),
      ORDINAL_NAMESPACES: 'shop, web',
      ORDINAL_CHANGES_PER_MINUTE: '30',
      KUBERNETES_SERVICE_HOST: 'fd00::1',
    })
    expect(settings).toMatchObject({
      port: 0,
      readOnly: true,
      kubeconfigPaths: ['/a', '/b'],
      namespaces: ['shop', 'web'],
      changesPerMinute: 30,
    })
    expect(settings.server?.pathname).toBe('/prefix')
    expect(settings.inCluster?.server.href).toBe('https://[fd00::1]/')
  })

  it('that are wrong are named, all of them at once, and nothing is guessed', () => {
    const wrong = {
      PORT: '3000x',
      READ_ONLY: 'maybe',
      ORDINAL_SERVER: 'localhost:8001',
      ORDINAL_NAMESPACES: 'shop,../x',
      ORDINAL_CHANGES_PER_MINUTE: '0',
      ORDINAL_IDLE_SECONDS: '-1',
      ORDINAL_DNS_SERVER: '10.96.0:53',
    }
    const read = () => readSettings(wrong)
    for (const name of Object.keys(wrong)) expect(read).toThrow(`${name}=`)
    expect(() => readSettings({ ORDINAL_SERVER: 'http://user:pass@x' })).toThrow('may hold no user')
  })

  it('name a DNS server by address or name, with or without its port', () => {
    const server = (text: string) => readSettings({ ORDINAL_DNS_SERVER: text }).dnsServer
    expect(server('10.96.0.10:5353')).toEqual({ host: '10.96.0.10', port: 5353 })
    expect(server('[fd00::a]:53')).toEqual({ host: 'fd00::a', port: 53 })
    expect(server('dns.example')).toEqual({ host: 'dns.example', port: 53 })
    expect(server('')).toBeNull()
    for (const wrong of [
      '10.96.0.10:',
      '10.96.0.10:0',
      '10.96.0.10:65536',
      'fd00::a',
      '[fd00::a',
      '[x]:53',
      'a b:53',
      'tcp://x',
      '1.2.3:53',
    ])
      expect(() => server(wrong), wrong).toThrow(/ORDINAL_DNS_SERVER=.* is not host:port; write 10\.96\.0\.10:53/)
  })
})
