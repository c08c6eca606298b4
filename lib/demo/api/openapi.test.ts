import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDemoCluster, type DemoCluster } from '@/lib/demo/cluster'
import { servedGroupVersions, servedKinds } from './discovery'

type Document = {
  paths: Record<string, Record<string, unknown>>
  components: { schemas: Record<string, { 'x-kubernetes-group-version-kind'?: object[]; properties?: object }> }
}

describe('OpenAPI v3', () => {
  let cluster: DemoCluster
  let url: string
  let index: Record<string, { serverRelativeURL: string }>
  const keys = servedGroupVersions().map(({ group, version }) => ({
    group,
    version,
    key: group ? `apis/${group}/${version}` : `api/${version}`,
  }))

  beforeAll(async () => {
    cluster = createDemoCluster({ machines: [], controllers: false })
    url = await cluster.listen()
    index = ((await (await fetch(`${url}/openapi/v3`)).json()) as { paths: typeof index }).paths
  })
  afterAll(() => cluster.stop())

  test('has a document for each group that discovery names, and for no other', () => {
    expect(Object.keys(index).sort()).toEqual(keys.map(({ key }) => key).sort())
  })

  test.each(keys)('$key describes every kind that is served, and refers to nothing that is not in it', async (of) => {
    const { group, version, key } = of
    const text = await (await fetch(url + (index[key]?.serverRelativeURL ?? ''))).text()
    const { paths, components } = JSON.parse(text) as Document
    const described = Object.values(components.schemas).flatMap((one) => one['x-kubernetes-group-version-kind'] ?? [])
    for (const kind of servedKinds(group)) {
      expect(described).toContainEqual({ group, version, kind: kind.kind })
      const where = `/${key}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.resource}`
      expect(Object.keys(paths)).toContain(where)
      for (const { name } of kind.subresources) expect(Object.keys(paths)).toContain(`${where}/{name}/${name}`)
    }
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(components.schemas, name).toHaveProperty([name])
    expect(text).not.toContain('/deployments')
  })

  test('is kept for good by its hash, told once by its tag, and found again under a hash of before', async () => {
    const address = url + (index['apis/apps/v1']?.serverRelativeURL ?? '')
    const first = await fetch(address)
    expect(first.headers.get('cache-control')).toBe('public, immutable')
    const etag = first.headers.get('etag') ?? ''
    expect(address).toContain(`hash=${etag.slice(1, -1)}`)
    expect((await fetch(address, { headers: { 'if-none-match': etag } })).status).toBe(304)
    const old = await fetch(address.replace(/hash=.*/, 'hash=OLD'), { redirect: 'manual' })
    expect([old.status, url + (old.headers.get('location') ?? '')]).toEqual([301, address])
    expect((await fetch(`${url}/openapi/v3/apis/nobody/v1`)).status).toBe(404)
  })
})
