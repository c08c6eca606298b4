import { listAt, textAt } from './fields'
import { badRequest } from './status'

/** The container that is meant: k8s pkg/registry/core/pod/strategy.go validateContainer. Throws 400. */
export function chooseContainer(asked: string, name: string, pod: { spec?: unknown }): string {
  const names = (list: string) => listAt(pod, 'spec', list).map((one) => textAt(one, 'name'))
  const containers = names('containers')
  const all = [...containers, ...names('initContainers'), ...names('ephemeralContainers')]
  if (asked !== '') {
    if (all.includes(asked)) return asked
    throw badRequest(`container ${asked} is not valid for pod ${name}`)
  }
  const only = containers[0]
  if (containers.length === 1 && only !== undefined) return only
  const initial = names('initContainers')
  const more = initial.length > 0 ? ` or one of the init containers: [${initial.join(' ')}]` : ''
  throw badRequest(
    `a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]${more}`,
  )
}
