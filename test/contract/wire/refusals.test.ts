import type { Client, Json } from './client'
import { contract, type Case } from './contract'
import { config, pod } from './manifests'

const WORDS = { leavesOut: ['message'], reason: "the words are those of Go's JSON decoder" }
const REVIEW = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const review = (spec: Json, metadata?: Json) => (api: Client) =>
  api.post(REVIEW, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    ...(metadata ? { metadata } : {}),
    spec,
  })
const REASON = { leavesOut: ['reason'], reason: 'who allows is a matter of the cluster' }
const raw = (body: string | Buffer, type?: string) => (api: Client) =>
  api.send('POST', api.at('configmaps'), { body, ...(type ? { type } : {}) })

const cases: Case[] = [
  ['a name with a slash in it', (api) => api.get(`${api.at('pods')}/a%2Fb`)],
  ['a name with a percent sign', (api) => api.get(`${api.at('pods')}/a%25b`)],
  ['a name that is a dot', (api) => api.get(`${api.at('pods')}/%2E`)],
  ['a name with a space', (api) => api.get(`${api.at('pods')}/a%20b`)],
  ['a name with capitals is simply not there', (api) => api.get(api.at('pods', 'Big'))],
  ['a very long name is simply not there', (api) => api.get(api.at('pods', 'a'.repeat(300)))],
  ['a namespace with a percent sign', (api) => api.get('/api/v1/namespaces/a%25b/pods')],
  ['a namespace that does not exist', (api) => api.get('/api/v1/namespaces/wire-nobody')],
  ['PUT of a collection', (api) => api.put(api.at('configmaps'), config('a'))],
  ['PATCH of a collection', (api) => api.patch(api.at('configmaps'), 'merge', {})],
  ['POST of an object', (api) => api.post(api.at('configmaps', 'a'), config('a'))],
  ['POST over all namespaces', (api) => api.post('/api/v1/configmaps', config('a'))],
  [
    'a method that nobody knows',
    (api) => api.send('BREW', api.at('configmaps')),
    { notDemo: true, reason: 'Node refuses methods that it does not know before the demo sees them' },
  ],
  ['OPTIONS', (api) => api.send('OPTIONS', api.at('configmaps'))],
  [
    'HEAD has no body',
    async (api) => {
      const answer = await api.send('HEAD', api.at('configmaps'))
      return [answer.code, answer.body]
    },
  ],
  [
    'DELETE of the discovery',
    (api) => api.delete('/apis/apps'),
    { notDemo: true, reason: 'the group handler of Kubernetes does not look at the method; the demo refuses' },
  ],
  ['a body that is no JSON', raw('{no'), WORDS],
  ['a body that ends too early', raw('{"apiVersion":"v1","kind":"ConfigMap"'), WORDS],
  ['an empty body', raw(''), WORDS],
  ['a body that is a list', raw('[]'), WORDS],
  ['a body that is a word', raw('"hello"'), WORDS],
  ['a body of binary noise', raw(Buffer.from([0, 255, 254, 1, 2, 3])), WORDS],
  ['a body that is too big', raw(Buffer.alloc(4 * 1024 * 1024, ' ')), WORDS],
  [
    'a body of another type',
    raw('a', 'text/plain'),
    { leavesOut: ['message'], reason: 'Kubernetes lists the forms it reads' },
  ],
  [
    'a body of an unknown type',
    raw('{}', 'application/nonsense'),
    { leavesOut: ['message'], reason: 'Kubernetes lists the forms it reads' },
  ],
  ['a body without kind', raw('{"metadata":{"name":"without-kind"}}')],
  ['a tree that is far too deep', raw(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`), WORDS],
  [
    'a config map with too much in it',
    (api) => api.post(api.at('configmaps'), config(api.name, { data: { a: 'x'.repeat(1024 * 1024 + 10) } })),
  ],
  ['data of a wrong type', (api) => api.post(api.at('configmaps'), config(api.name, { data: { a: 1 } })), WORDS],
  ['metadata of a wrong type', (api) => api.post(api.at('configmaps'), config('', { metadata: [] })), WORDS],
  ['a data key that is none', (api) => api.post(api.at('configmaps'), config(api.name, { data: { 'a b': '1' } }))],
  [
    'a time that is none',
    (api) => api.post(api.at('leases'), { metadata: { name: api.name }, spec: { renewTime: 'yesterday' } }),
    WORDS,
  ],
  ['may I list pods', review({ resourceAttributes: { verb: 'list', resource: 'pods' } }), REASON],
  [
    'may I scale a set',
    review({
      resourceAttributes: {
        verb: 'patch',
        group: 'apps',
        resource: 'statefulsets',
        subresource: 'scale',
        namespace: 'default',
        name: 'web',
      },
    }),
    REASON,
  ],
  ['may I read a path', review({ nonResourceAttributes: { verb: 'get', path: '/healthz' } }), REASON],
  ['a review of nothing', review({}), WORDS],
  [
    'a review of both',
    review({
      resourceAttributes: { verb: 'list', resource: 'pods' },
      nonResourceAttributes: { verb: 'get', path: '/' },
    }),
    WORDS,
  ],
  ['a review with a name', review({ resourceAttributes: { verb: 'list', resource: 'pods' } }, { name: 'mine' }), WORDS],
  ['reviews cannot be read', (api) => api.get(REVIEW)],
  [
    'who am I',
    async (api) => {
      const answer = await api.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
      })
      return [answer.code, answer.at('kind'), typeof answer.at('status.userInfo.username')]
    },
  ],
  ['the default namespace cannot be deleted', (api) => api.send('DELETE', '/api/v1/namespaces/default?dryRun=All')],
  [
    'a pod of two minds about its namespace',
    (api) => api.post(api.at('pods'), pod(api.name, { meta: { namespace: 'elsewhere' } })),
  ],
]

contract('refusals', cases)
