import { spawn } from 'node:child_process'
import { once } from 'node:events'
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
    expect(await said('get', 'sts')).toMatch(/^NAME +READY +AGE\nkubia +3\/3 +[\dms]+$/)
    expect(await said('get', 'pods')).toMatch(
      /^NAME +READY +STATUS +RESTARTS +AGE\nkubia-0 +1\/1 +Running +0 +[\dms]+\n/,
    )
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

  test('create of typed objects, which kubectl sends as protobuf', async () => {
    expect(await said('create', 'namespace', 'fish')).toBe('namespace/fish created')
    expect(await said('create', 'quota', 'few', '--hard=pods=3,requests.storage=1.5Gi', '-n', 'fish')).toBe(
      'resourcequota/few created',
    )
    expect(JSON.parse(await field('{.spec.hard}', 'quota', 'few', '-n', 'fish'))).toEqual({
      pods: '3',
      'requests.storage': '1536Mi',
    })
    await said('create', 'configmap', 'settings', '--from-literal=a=1', '-n', 'fish')
    await said('create', 'secret', 'generic', 'hidden', '--from-literal=b=ä', '-n', 'fish')
    expect(await field('{.data.b}', 'secret', 'hidden', '-n', 'fish')).toBe(Buffer.from('ä').toString('base64'))
    expect(await said('create', 'service', 'clusterip', 'web', '--tcp=80:http', '-n', 'fish')).toBe(
      'service/web created',
    )
    expect(await field('{.spec.ports[0].targetPort}', 'service', 'web', '-n', 'fish')).toBe('http')
    await said('create', 'poddisruptionbudget', 'most', '--selector=a=b', '--max-unavailable=20%', '-n', 'fish')
    const again = await kubectl(['create', 'namespace', 'fish'])
    expect([again.code, again.stderr.trim()]).toEqual([
      1,
      'Error from server (AlreadyExists): namespaces "fish" already exists',
    ])
  })

  test('auth can-i, of one thing and of all', async () => {
    expect(await said('auth', 'can-i', 'create', 'pods')).toBe('yes')
    expect(await said('auth', 'can-i', 'delete', 'sts/kubia', '-n', 'default')).toBe('yes')
    expect(await said('auth', 'can-i', '--list')).toMatch(/^\*\.\* +\[\] +\[\] +\[\*\]$/m)
    expect(await said('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}')).toBe('kubernetes-admin')
  })

  test('explain tells fields, all of them, and those of every kind that is served', async () => {
    const replicas = await said('explain', 'sts.spec.replicas')
    expect(replicas).toMatch(/^GROUP: +apps\nKIND: +StatefulSet\nVERSION: +v1\n/)
    expect(replicas).toMatch(/^FIELD: replicas <integer>$/m)
    expect(await said('explain', 'pod.spec.containers.ports', '--recursive')).toContain('containerPort')
    const kinds = (await said('api-resources', '-o', 'name')).split('\n')
    for (const kind of kinds) expect(await said('explain', kind), kind).toContain('DESCRIPTION:')
    const wrong = await kubectl(['explain', 'sts.spec.colour'])
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('field "colour" does not exist')])
  })

  test.each([
    ['web sockets', 'true'],
    ['SPDY', 'false'],
  ])('exec over %s: output, input, and the exit code', async (_over, webSockets) => {
    const exec = (args: string[], input?: string) =>
      run(program, [...base, 'exec', ...args], {
        ...(input === undefined ? {} : { input }),
        env: { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: webSockets },
      })
    expect(await exec(['kubia-0', '--', 'hostname'])).toEqual({ stdout: 'kubia-0\n', stderr: '', code: 0 })
    expect(await exec(['sts/kubia', '--', 'cat', '/etc/hostname'])).toMatchObject({ stdout: 'kubia-0\n', code: 0 })
    const failed = await exec(['kubia-0', '-c', 'kubia', '--', 'sh', '-c', 'echo out; cat /nothing; exit 3'])
    expect([failed.stdout, failed.code]).toEqual(['out\n', 3])
    expect(failed.stderr).toContain('cat: /nothing: No such file or directory\n')
    expect(failed.stderr).toContain('command terminated with exit code 3')
    expect(await exec(['-i', 'kubia-0', '--', 'cat'], 'one\ntwo\n')).toMatchObject({ stdout: 'one\ntwo\n', code: 0 })
    expect(await exec(['-i', 'kubia-0', '--', 'sh'], 'echo $HOSTNAME\nexit 4\n')).toMatchObject({
      stdout: 'kubia-0\n',
      code: 4,
    })
    const unknown = await exec(['kubia-0', '--', 'node', '-e', '1'])
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('executable file not found in $PATH')])
    const nobody = await exec(['kubia-0', '-c', 'nobody', '--', 'ls'])
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('container nobody is not valid')])
  })

  test.each([
    ['web sockets', 'true'],
    ['SPDY', 'false'],
  ])('port-forward over %s reaches the app in the pod', async (_over, webSockets) => {
    const child = spawn(program, [...base, 'port-forward', 'kubia-0', ':8080'], {
      env: { ...process.env, KUBECTL_PORT_FORWARD_WEBSOCKETS: webSockets },
    })
    try {
      let text = ''
      child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more))
      await expect.poll(() => /Forwarding from (127\.0\.0\.1:\d+)/.exec(text)?.[1], { timeout: 30_000 }).toBeTruthy()
      const url = `http://${/Forwarding from (127\.0\.0\.1:\d+)/.exec(text)?.[1] ?? ''}`
      const data = `${webSockets} ${'x'.repeat(50_000)}`
      expect(await (await fetch(url, { method: 'POST', body: data })).text()).toBe('Stored on kubia-0\n')
      expect(await (await fetch(`${url}/data`)).text()).toBe(data)
      const answers = await Promise.all(Array.from({ length: 8 }, async () => (await fetch(url)).text()))
      for (const answer of answers) expect(answer).toMatch(/^You've hit kubia-0\n/)
    } finally {
      child.kill()
      await once(child, 'close')
    }
    expect(await said('exec', 'kubia-0', '--', 'cat', '/var/data/kubia.txt')).toContain(webSockets)
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
