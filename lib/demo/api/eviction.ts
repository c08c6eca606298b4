import { copy, type Fields, type KubeObject } from '@/lib/demo/store'
import type { DeleteOptions } from './deletion'
import { fieldsAt, isFields, listAt, makeFields, numberAt, textAt } from './fields'
import type { Operations } from './operations'
import { selectorOf } from './selectors'
import { badRequest, conflict, forbidden, StatusError, type Status } from './status'

/** `MaxDisruptedPodSize`. */
const MOST_UNCONFIRMED = 2000

/** POST pods/{name}/eviction: a deletion that asks the disruption budgets first (k8s pkg/registry/core/pod/storage/eviction.go). */
export function evict(
  operations: Operations,
  namespace: string,
  name: string,
  eviction: Fields,
  options: DeleteOptions,
): Status {
  const given = textAt(eviction, 'metadata', 'name')
  if (given !== '' && given !== name) throw badRequest('name in URL does not match name in Eviction object')
  const pod = operations.read('pods', namespace, name)
  const phase = textAt(pod.status, 'phase')
  const asks = !['Pending', 'Succeeded', 'Failed'].includes(phase) && !pod.metadata.deletionTimestamp
  if (asks) {
    const budgets = budgetsOf(operations, pod)
    if (budgets.length > 1)
      throw new StatusError(
        500,
        '',
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      )
    const budget = budgets[0]
    if (budget) spend(operations, pod, budget, options)
  }
  const uid = options.preconditions?.uid
  if (uid !== undefined && uid !== pod.metadata.uid)
    throw conflict(
      operations.info('pods'),
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${pod.metadata.uid}). The object might have been deleted and then recreated`,
      'Pod',
    )
  if (asks && !options.dryRun)
    operations.mutate('pods', namespace, name, 'status', (draft) => {
      const status = makeFields(draft, 'status')
      const others = listAt(status, 'conditions').filter((one) => one['type'] !== 'DisruptionTarget')
      status['conditions'] = [
        ...others,
        {
          type: 'DisruptionTarget',
          status: 'True',
          observedGeneration: pod.metadata.generation,
          lastProbeTime: null,
          lastTransitionTime: `${operations.now().toISOString().slice(0, 19)}Z`,
          reason: 'EvictionByEvictionAPI',
          message: 'Eviction API: evicting',
        },
      ]
    })
  operations.remove('pods', namespace, name, options)
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
}

function budgetsOf(operations: Operations, pod: KubeObject): KubeObject[] {
  return operations.store.list('poddisruptionbudgets', pod.metadata.namespace ?? '').filter((budget) => {
    const selector = fieldsAt(budget.spec, 'selector')
    return selector ? (selectorOf(selector)?.(pod.metadata.labels) ?? false) : false
  })
}

function isReady(pod: KubeObject): boolean {
  return listAt(pod.status, 'conditions').some((one) => one['type'] === 'Ready' && one['status'] === 'True')
}

/** Takes one disruption from the budget, or refuses with 429. */
function spend(operations: Operations, pod: KubeObject, budget: KubeObject, options: DeleteOptions): void {
  const { name, generation = 0, namespace = '' } = budget.metadata
  const status = isFields(budget.status) ? budget.status : {}
  const allowed = numberAt(status, 'disruptionsAllowed') ?? 0
  const healthy = numberAt(status, 'currentHealthy') ?? 0
  const wanted = numberAt(status, 'desiredHealthy') ?? 0
  if (!isReady(pod)) {
    if (textAt(budget.spec, 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return
    if (healthy >= wanted && wanted > 0) return
  }
  const refuse = (message: string, retryAfterSeconds?: number) =>
    new StatusError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
      causes: [{ reason: 'DisruptionBudget', message }],
      ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
    })
  if ((numberAt(status, 'observedGeneration') ?? 0) < generation)
    throw refuse(`The disruption budget ${name} is still being processed by the server.`, 10)
  if (Object.keys(fieldsAt(status, 'disruptedPods') ?? {}).length > MOST_UNCONFIRMED)
    throw forbidden(
      operations.info('poddisruptionbudgets'),
      name,
      'DisruptedPods map too big - too many evictions not confirmed by PDB controller',
    )
  if (allowed <= 0)
    throw refuse(`The disruption budget ${name} needs ${wanted} healthy pods and has ${healthy} currently`)
  if (options.dryRun) return
  operations.mutate('poddisruptionbudgets', namespace, name, 'status', (draft) => {
    const next = makeFields(draft, 'status')
    next['disruptionsAllowed'] = allowed - 1
    next['disruptedPods'] = {
      ...copy(fieldsAt(next, 'disruptedPods') ?? {}),
      [pod.metadata.name]: `${operations.now().toISOString().slice(0, 19)}Z`,
    }
  })
}
