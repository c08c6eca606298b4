import { describe, expect, it } from 'vitest'
import { proxyFor } from './proxy-environment'

/** The cases of Go's own test, golang.org/x/net/http/httpproxy/proxy_test.go. */
const proxies: [environment: Record<string, string>, url: string, proxy: string | null][] = [
  [{ HTTP_PROXY: '127.0.0.1:8080' }, 'http://example.com', 'http://127.0.0.1:8080'],
  [{ HTTP_PROXY: 'cache.corp.example.com:1234' }, 'http://example.com', 'http://cache.corp.example.com:1234'],
  [{ HTTP_PROXY: 'cache.corp.example.com' }, 'http://example.com', 'http://cache.corp.example.com'],
  [{ HTTP_PROXY: 'localhost' }, 'http://example.com', 'http://localhost'],
  [{ HTTP_PROXY: 'https://cache.corp.example.com' }, 'http://example.com', 'https://cache.corp.example.com'],
  [{ HTTP_PROXY: 'socks5://127.0.0.1' }, 'http://example.com', 'socks5://127.0.0.1'],
  [{ HTTP_PROXY: 'foo://host' }, 'http://example.com', 'foo://host'],
  [{ HTTP_PROXY: 'http.proxy.tld', HTTPS_PROXY: 'secure.proxy.tld' }, 'http://insecure.tld/', 'http://http.proxy.tld'],
  [{ HTTP_PROXY: 'http.proxy.tld', HTTPS_PROXY: 'secure.proxy.tld' }, 'https://secure.tld/', 'http://secure.proxy.tld'],
  [{ HTTPS_PROXY: 'https://secure.proxy.tld' }, 'https://secure.tld/', 'https://secure.proxy.tld'],
  [{ HTTP_PROXY: 'http.proxy.tld' }, 'https://secure.tld/', null],
  [{ HTTP_PROXY: 'http://10.1.2.3:8080', REQUEST_METHOD: 'GET' }, 'http://example.com', null],
  [{ HTTPS_PROXY: 'https://secure.proxy.tld', REQUEST_METHOD: 'GET' }, 'https://a.tld/', 'https://secure.proxy.tld'],
  [{}, 'http://example.com', null],
  [{ NO_PROXY: 'example.com', HTTP_PROXY: 'proxy' }, 'http://example.com/', null],
  [{ NO_PROXY: '.example.com', HTTP_PROXY: 'proxy' }, 'http://example.com/', 'http://proxy'],
  [{ NO_PROXY: 'ample.com', HTTP_PROXY: 'proxy' }, 'http://example.com/', 'http://proxy'],
  [{ NO_PROXY: 'example.com', HTTP_PROXY: 'proxy' }, 'http://foo.example.com/', null],
  [{ NO_PROXY: '.foo.com', HTTP_PROXY: 'proxy' }, 'http://example.com/', 'http://proxy'],
  [{ NO_PROXY: '.示例.com', HTTP_PROXY: 'proxy' }, 'http://www.示例.com', null],
  [{ NO_PROXY: 'xn--fsq092h.com', HTTP_PROXY: 'proxy' }, 'http://www.示例.com', null],
  [{ NO_PROXY: '示例.com', HTTP_PROXY: 'proxy' }, 'http://www.xn--fsq092h.com', null],
  [{ HTTP_PROXY: 'upper', http_proxy: 'lower' }, 'http://example.com', 'http://lower'],
  [{ HTTP_PROXY: 'proxy', NO_PROXY: 'example.com', no_proxy: 'other' }, 'http://example.com', 'http://proxy'],
]

const noProxy =
  'foobar.com, .barbaz.net, *.wildcard.io, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80, 10.0.0.0/30, ' +
  '2001:db8::52:0:1, [2001:db8::52:0:2]:443, [2001:db8::52:0:3]:80, 2002:db8:a::45/64'

const hosts: [host: string, isProxied: boolean][] = [
  ['localhost', false],
  ['127.0.0.1', false],
  ['127.0.0.2', false],
  ['[::1]', false],
  ['[::2]', true],
  ['192.168.1.1', false],
  ['192.168.1.2', true],
  ['192.168.1.3', false],
  ['192.168.1.4', true],
  ['10.0.0.2', false],
  ['[2001:db8::52:0:1]', false],
  ['[2001:db8::52:0:2]', true],
  ['[2001:db8::52:0:3]', false],
  ['[2002:db8:a::123]', false],
  ['[fe80::424b:c8be:1643:a1b6]', true],
  ['barbaz.net', true],
  ['www.barbaz.net', false],
  ['foobar.com', false],
  ['www.foobar.com', false],
  ['foofoobar.com', true],
  ['baz.com', true],
  ['localhost.net', true],
  ['local.localhost', true],
  ['barbarbaz.net', true],
  ['wildcard.io', true],
  ['nested.wildcard.io', false],
  ['awildcard.io', true],
]

describe('the proxy of the environment, as in Go', () => {
  it.each(proxies)('with %j, %s goes through %s', (environment, url, proxy) => {
    expect(proxyFor(new URL(url), environment)).toBe(proxy)
  })

  it.each(hosts)('%s goes through the proxy: %s', (host, isProxied) => {
    const environment = { HTTP_PROXY: 'http://proxy', NO_PROXY: noProxy }
    expect(proxyFor(new URL(`http://${host}:80`), environment) !== null).toBe(isProxied)
    expect(proxyFor(new URL(`http://${host}:80`), { ...environment, NO_PROXY: '*' })).toBeNull()
  })

  it.each([
    ['https://10.1.2.3:6443', '10.0.0.0/8', false],
    ['https://192.168.7.7', '10.0.0.0/8,192.168.0.0/16', false],
    ['https://[fd00::1]:6443', 'fd00::1', false],
    ['https://[fd00::1]:6443', '[fd00::1]', false],
    ['https://[fd00::1]:6443', '[fd00::1]:6443', false],
    ['https://[fd00::1]:6443', '[fd00::1]:443', true],
    ['https://[fd12::1]:6443', 'fd00::/8', false],
    ['https://api.corp:6443', '.corp', false],
    ['https://api.corp:6443', 'api.corp:6443', false],
    ['https://api.corp:6443', 'api.corp:443', true],
    ['https://api.corp', 'api.corp:443', false],
    ['https://10.1.2.3', '10.0.0.0/99', true],
    ['https://10.1.2.3', '10.0.0/8', true],
    ['https://example.com', ':1', true],
    ['https://example.com', ' , ,', true],
  ])('%s with NO_PROXY=%s goes through the proxy: %s', (server, NO_PROXY, isProxied) => {
    expect(proxyFor(new URL(server), { HTTPS_PROXY: 'proxy', NO_PROXY }) !== null).toBe(isProxied)
  })
})
