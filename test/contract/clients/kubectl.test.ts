import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBinaries } from '@/tools/control-plane/binaries'
import { kubiaSet } from '@/tools/control-plane/kubia-set'
import { createDemoCluster, type DemoCluster } from '@/lib/demo/cluster'
import { createStorageClasses } from '@/lib/demo/examples'
import { run, type Ran } from './command'

/** kubectl 1.37 as people use it, against the demo cluster. The steps follow each other. */
describe('kubectl against the demo cluster', () => {
  let cluster: DemoCluster
  let folder: string
  let base: string[]
  let program: string

  const kubectl = (args: string[], input?: string): Promise<Ran> =>
    run(program, [...base, ...args], input === undefined ? {} : { input })
  /** The output of a command that has to succeed. */
  const said = async (...args: string[]): Promise<string> => {
    const { stdout, stderr, code } = await kubectl(args)
    expect(code, `kubectl ${args.join(' ')}: ${stderr}`).toBe(0)
    return stdout.trim()
  }
  const field = (jsonpath: string, ...args: string[]) => said('get', ...args, '-o', `jsonpath=${jsonpath}`)

  beforeAll(async () => {
    // The kubectl of the control plane that the other tests use; built once.
    program = (await ensureBinaries('1.37', () => {})).kubectl
    folder = await mkdtemp(path.join(tmpdir(), 'ordinal-kubectl-'))
    cluster = createDemoCluster({ speed: 4 })
    createStorageClasses(cluster.operations)
    base = ['-s', await cluster.listen(), '--kubeconfig', '/dev/null', '--cache-dir', folder]
  })
  afterAll(async () => {
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('version knows that it is the demo', async () => {
    expect(await said('version')).toMatch(/Server Version: v1\.37\.\d+\+ordinal\.demo/)
  })

  test('api-resources lists what is served, with short names', async () => {
    const text = await said('api-resources')
    expect(text).toMatch(/^statefulsets +sts +apps\/v1 +true +StatefulSet$/m)
    expect(text).toMatch(/^persistentvolumeclaims +pvc +v1 +true +PersistentVolumeClaim$/m)
    expect(text).toMatch(/^nodes +no +v1 +false +Node$/m)
  })

  test('apply creates, comes again, and refuses what is unknown', async () => {
    const { items } = kubiaSet({ namespace: 'default' })
    const documents = (of: object[]) => of.map((item) => JSON.stringify(item)).join('\n---\n')
    const manifest = documents(items)
    const first = await kubectl(['apply', '-f', '-'], manifest)
    expect(first.stderr).toBe('')
    expect(first.stdout).toBe('service/kubia created\nstatefulset.apps/kubia created\n')
    const again = await kubectl(['apply', '-f', '-'], manifest)
    // As with Kubernetes: the claim templates in the answer have more fields than those applied.
    expect(again.stdout).toBe('service/kubia unchanged\nstatefulset.apps/kubia configured\n')
    const bad = items.map((item) => ({ ...item, spec: { ...item.spec, colour: 'red' } }))
    const refused = await kubectl(['apply', '-f', '-'], documents(bad))
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('unknown field "spec.colour"')
  })

  test('apply of a List, which kubectl checks by OpenAPI v2', async () => {
    const settings = (name: string, more: object = {}) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: { a: '1' },
      ...more,
    })
    const list = (...items: object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
    const first = await kubectl(['apply', '-f', '-'], list(settings('one'), settings('two')))
    expect([first.stderr, first.stdout]).toEqual(['', 'configmap/one created\nconfigmap/two created\n'])
    const again = await kubectl(['apply', '-f', '-'], list(settings('one'), settings('two', { data: { a: '2' } })))
    expect(again.stdout).toBe('configmap/one unchanged\nconfigmap/two configured\n')
    const bad = await kubectl(['apply', '-f', '-'], list(settings('one', { colour: 'red' })))
    expect([bad.code, bad.stdout]).toEqual([1, ''])
    expect(bad.stderr).toContain('unknown field "colour"')
  })

  test('apply on the server, over what was applied before and what others have changed since', async () => {
    const { items } = kubiaSet({ namespace: 'default' })
    const manifest = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
    const server = (...args: string[]) => kubectl(['apply', '--server-side', '-f', '-', ...args], manifest)
    // As with Kubernetes: the claim templates in the set have more fields than those applied, and are owned as a whole.
    expect((await server()).stderr).toContain(
      'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.volumeClaimTemplates',
    )
    const first = await server('--force-conflicts')
    expect([first.stderr, first.stdout]).toEqual([
      '',
      'service/kubia serverside-applied\nstatefulset.apps/kubia serverside-applied\n',
    ])
    const entries = JSON.parse(await said('get', 'sts', 'kubia', '-o', 'json', '--show-managed-fields')) as {
      metadata: { managedFields: { manager: string; operation: string }[] }
    }
    // The entry of the client-side apply has become one of the server's.
    expect(entries.metadata.managedFields.map(({ manager, operation }) => `${manager} ${operation}`)).toEqual([
      'kubectl-last-applied Apply',
      'kubectl Apply',
    ])
    await said('scale', 'sts/kubia', '--replicas=2')
    const refused = await server()
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain(
      'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    )
    expect((await server('--force-conflicts')).code).toBe(0)
    expect(await field('{.spec.replicas}', 'sts', 'kubia')).toBe('3')
    expect((await server('--dry-run=server')).stdout).toContain(
      'statefulset.apps/kubia serverside-applied (server dry run)',
    )
  })

  test('rollout status waits until all pods are ready', async () => {
    const text = await said('rollout', 'status', 'sts/kubia', '--timeout=120s')
    expect(text.split('\n').at(-1)).toMatch(/^partitioned roll out complete: 3 new pods|rolling update complete 3 pods/)
  })

  test('get prints the columns of the server', async () => {
    expect(await said('get', 'sts')).toMatch(/^NAME +READY +AGE\nkubia +3\/3 +\d+s$/)
    expect(await said('get', 'pods')).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE\nkubia-0 +1\/1 +Running +0 +\d+s\n/)
    expect(await said('get', 'pods', '-o', 'wide')).toContain('NOMINATED NODE')
    expect(await said('get', 'pvc', '-o', 'name')).toBe(
      [0, 1, 2].map((ordinal) => `persistentvolumeclaim/data-kubia-${ordinal}`).join('\n'),
    )
    expect(await said('get', 'all', '-o', 'name')).toContain('statefulset.apps/kubia')
    expect(await said('get', 'pods', '-l', 'app=nobody')).toBe('')
    const missing = await kubectl(['get', 'sts', 'nobody'])
    expect([missing.code, missing.stderr.trim()]).toEqual([
      1,
      'Error from server (NotFound): statefulsets.apps "nobody" not found',
    ])
  })

  test('describe tells of a set, a pod, a claim and a node', async () => {
    const set = await said('describe', 'sts', 'kubia')
    expect(set).toMatch(/Replicas: +3 desired \| 3 total/)
    expect(set).toContain('SuccessfulCreate')
    const pod = await said('describe', 'pod', 'kubia-0')
    expect(pod).toMatch(/Controlled By: +StatefulSet\/kubia/)
    expect(pod).toContain('data-kubia-0')
    expect(await said('describe', 'pvc', 'data-kubia-0')).toMatch(/Status: +Bound/)
    expect(await said('describe', 'node', 'worker-1')).toMatch(/Ready +True/)
  })

  test('logs, all of them, the last one, and of a container that does not exist', async () => {
    expect((await said('logs', 'kubia-0')).length).toBeGreaterThan(0)
    expect((await said('logs', 'kubia-0', '--tail=1')).split('\n')).toHaveLength(1)
    expect((await said('logs', 'sts/kubia', '--tail=1')).length).toBeGreaterThan(0)
    const refused = await kubectl(['logs', 'kubia-0', '-c', 'nobody'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('container nobody is not valid for pod kubia-0')
  })

  test('scale, with the number that is expected and without', async () => {
    expect(await said('scale', 'sts/kubia', '--replicas=4')).toBe('statefulset.apps/kubia scaled')
    expect(await said('wait', '--for=jsonpath={.status.readyReplicas}=4', 'sts/kubia', '--timeout=60s')).toContain(
      'met',
    )
    const refused = await kubectl(['scale', 'sts/kubia', '--current-replicas=9', '--replicas=1'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('Expected replicas to be 9, was 4')
    await said('scale', 'sts/kubia', '--current-replicas=4', '--replicas=3')
    await said('wait', '--for=delete', 'pod/kubia-3', '--timeout=60s')
    expect(await field('{.status.phase}', 'pvc', 'data-kubia-3')).toBe('Bound')
  })

  test('patch in all three ways', async () => {
    await said('patch', 'sts', 'kubia', '-p', '{"metadata":{"labels":{"a":"1"}}}')
    await said('patch', 'sts', 'kubia', '--type=merge', '-p', '{"metadata":{"labels":{"b":"2"}}}')
    await said('patch', 'sts', 'kubia', '--type=json', '-p', '[{"op":"remove","path":"/metadata/labels/a"}]')
    expect(JSON.parse(await field('{.metadata.labels}', 'sts', 'kubia'))).toEqual({ app: 'kubia', b: '2' })
    await said('label', 'pod', 'kubia-0', 'c=3')
    expect(await said('get', 'pods', '-l', 'c=3', '-o', 'name')).toBe('pod/kubia-0')
  })

  test('rollout: a new image, its history, and back', async () => {
    await said('set', 'image', 'sts/kubia', 'kubia=luksa/kubia-pet:2')
    await said('rollout', 'status', 'sts/kubia', '--timeout=120s')
    expect(await field('{.items[*].spec.containers[0].image}', 'pods', '-l', 'app=kubia')).toBe(
      'luksa/kubia-pet:2 luksa/kubia-pet:2 luksa/kubia-pet:2',
    )
    expect(await said('rollout', 'history', 'sts/kubia')).toMatch(/^1 +.*\n2 +/m)
    expect(await said('rollout', 'history', 'sts/kubia', '--revision=1')).toMatch(/Image:\s+luksa\/kubia-pet\n/)
    expect(await said('rollout', 'undo', 'sts/kubia')).toBe('statefulset.apps/kubia rolled back')
    await said('rollout', 'status', 'sts/kubia', '--timeout=120s')
    expect(await field('{.spec.template.spec.containers[0].image}', 'sts', 'kubia')).toBe('luksa/kubia-pet')
    expect(await said('rollout', 'history', 'sts/kubia')).toMatch(/^2 +.*\n3 +/m)
    await said('rollout', 'restart', 'sts/kubia')
    await said('rollout', 'status', 'sts/kubia', '--timeout=120s')
  })

  test('delete a pod gracefully: the set makes it anew', async () => {
    const before = await field('{.metadata.uid}', 'pod', 'kubia-1')
    await said('delete', 'pod', 'kubia-1')
    await said('rollout', 'status', 'sts/kubia', '--timeout=60s')
    expect(await field('{.metadata.uid}', 'pod', 'kubia-1')).not.toBe(before)
  })

  test('delete a pod by force', async () => {
    const { stdout, stderr, code } = await kubectl(['delete', 'pod', 'kubia-2', '--force'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^pod "kubia-2" force deleted/)
    expect(stderr).toContain('Immediate deletion does not wait for confirmation')
  })

  test('delete the set: pods go, claims stay', async () => {
    expect(await said('delete', 'sts', 'kubia')).toMatch(/^statefulset\.apps "kubia" deleted/)
    await said('wait', '--for=delete', 'pod', '-l', 'app=kubia', '--timeout=60s')
    expect((await said('get', 'pvc', '-o', 'name')).split('\n')).toHaveLength(4)
  })
})
