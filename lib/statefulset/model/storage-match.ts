import { claimName } from './identity'
import type { Pod, StatefulSet } from './objects'

/**
 * The claim templates for which a pod has no volume. The controller would have to add one, which the API refuses of a
 * pod that exists (k8s pkg/controller/statefulset/stateful_set_utils.go `storageMatches`, pkg/apis/core/validation
 * `ValidatePodUpdate`).
 */
export function templatesWithoutVolume(set: StatefulSet, ordinal: number, pod: Pod): string[] {
  return set.spec.claimTemplates
    .map(({ name }) => name)
    .filter((name) => {
      const claim = claimName(name, set.metadata.name, ordinal)
      return !pod.spec.claims.some((each) => each.volume === name && each.claim === claim)
    })
}
