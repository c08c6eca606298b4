import { isMember } from '@/lib/statefulset/model/ownership'
import { finalizersWithKeepers } from '@/lib/statefulset/model/finalizers'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import { ordinalOfPod } from '@/lib/statefulset/model/identity'
import { ownershipOf } from '@/lib/statefulset/model/ownership'
import { proof } from './proof'
import { cause, type Reason } from './reasons'

/**
 * A set that is being deleted: its controller only counts, and what becomes of the pods follows from the finalizers
 * that are there. `orphan` keeps them, `foregroundDeletion` holds the set until they are gone, any other one is for
 * its owner to take away (k8s pkg/controller/garbagecollector).
 */
export function whyDeleting(objects: SetObjects): Reason {
  const { metadata } = objects.set
  const because = {
    since: metadata.deletionTimestamp,
    proof: [
      proof('StatefulSet', metadata, 'metadata.deletionTimestamp', metadata.deletionTimestamp),
      proof('StatefulSet', metadata, 'metadata.finalizers', metadata.finalizers),
    ],
  }
  const others = metadata.finalizers.filter((each) => each !== 'orphan' && each !== 'foregroundDeletion')
  if (metadata.finalizers.includes('orphan')) return cause('set-deleting-orphan', {}, because)
  if (metadata.finalizers.includes('foregroundDeletion')) {
    const left = objects.pods
      .filter((pod) => isMember(ownershipOf(objects.set, pod)))
      .map((pod) => pod.metadata.name)
      .toSorted((a, b) => (ordinalOfPod(metadata.name, a) ?? 0) - (ordinalOfPod(metadata.name, b) ?? 0))
    const shown = left.slice(0, 5).join(', ')
    const pods = left.length > 5 ? `${shown} …` : shown
    return cause('set-deleting-foreground', { count: left.length, pods }, because)
  }
  if (others.length > 0)
    return cause('set-deleting-held', { finalizers: finalizersWithKeepers(metadata, others) }, because)
  return cause('set-deleting', {}, because)
}
