import 'server-only'
import { askVerbs } from '@/lib/contract/ask-methods'
import { AppAnswer } from '@/lib/contract/ask'
import type { Pod } from '@/lib/statefulset/model/objects'
import type { Action } from './action'
import { refuseUndeclared } from './ask-target'
import { readPod } from './preconditions'

/**
 * Sends what may change something to a port of a pod, through the API server's proxy, if the pod is still the one that was
 * looked at. What the pod answers is the answer, whatever its status.
 */
export const askPod: Action<'ask-pod', Pod, null> = {
  name: 'ask-pod',
  // A role may name the pod with its port, as the path does (k8s apiserver requestinfo.go).
  rule: ({ method, namespace, name, port }) => ({
    verb: askVerbs[method],
    group: '',
    resource: 'pods/proxy',
    namespace,
    name: `${name}:${port}`,
  }),
  needs: ['pods'],
  read: async (context, body) => {
    const { pod } = await readPod(context, body)
    refuseUndeclared(context, pod, body.port)
    return pod
  },
  prepare: () => null,
  refuse: () => undefined,
  request: ({ namespace, name, port, path, method, text, contentType }) => ({
    through: { kind: 'pods', namespace, name, port, path, method, ...(text === '' ? {} : { text, contentType }) },
  }),
  command: ({ name, port }) => ['port-forward', `pod/${name}`, String(port)],
  show: (_, { uid }) => ({ preconditions: { uid } }),
  evidence: ({ method, path, port }, pod) => ({ method, path, port, node: pod.spec.nodeName, phase: pod.status.phase }),
  look: async () => ({ effect: 'not-seen', known: 'What the pod did with it can only be asked of the pod.' }),
  answer: (done, _body, _pod, json) => ({ ...done, app: AppAnswer.parse(json) }),
}
