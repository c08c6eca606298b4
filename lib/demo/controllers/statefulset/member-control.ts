import type { Cluster } from '@/lib/demo/controllers/cluster'
import { Failures, isAlreadyExists, isNotFound, messageOf } from '@/lib/demo/controllers/failures'
import type { NewObject, Pod, StatefulSet } from '@/lib/demo/controllers/objects'
import type { Recorder } from '@/lib/demo/controllers/recorder'
import {
  claimsOf,
  identityMatches,
  nameOf,
  ordinalOf,
  repairIdentity,
  repairStorage,
  storageMatches,
  type Member,
} from './pods'
import { correctedOwners, hasUnexpectedController, isStale, ownersUpToDate, policyOf } from './retention'

const component = 'statefulset-controller'

/** Creates, repairs and deletes the pods and claims of sets, and says so in Events (k8s stateful_pod_control.go). */
export class MemberControl {
  readonly #cluster: Cluster
  readonly #recorder: Recorder

  constructor(cluster: Cluster, recorder: Recorder) {
    this.#cluster = cluster
    this.#recorder = recorder
  }

  /** Creates the claims, then the pod, then the claims' owner references. A name that is taken fails without an event. */
  create(set: Readonly<StatefulSet>, pod: NewObject<Pod>): void {
    let failure: unknown = null
    try {
      this.#createClaims(set, pod)
    } catch (error) {
      this.#sayPod('Create', set, pod, error)
      throw error
    }
    try {
      this.#cluster.create('pods', set.metadata.namespace ?? '', pod)
    } catch (error) {
      if (isAlreadyExists(error)) throw error
      failure = error
    }
    this.correctOwnersSaying(set, pod)
    this.#sayPod('Create', set, pod, failure)
    if (failure) throw failure
  }

  /** Claims of a pending pod that somebody deleted come back. */
  createMissingClaims(set: Readonly<StatefulSet>, pod: Member): void {
    this.#createClaims(set, pod)
    this.correctOwnersSaying(set, pod)
  }

  /** Puts identity, storage and claim owners right; writes the pod when any of them was wrong. */
  repair(set: Readonly<StatefulSet>, pod: Readonly<Pod>): void {
    const draft = structuredClone(pod)
    let wrong = false
    try {
      if (!identityMatches(set, draft)) {
        repairIdentity(set, draft)
        wrong = true
      }
      if (!storageMatches(set, draft)) {
        repairStorage(set, draft)
        wrong = true
        this.#createClaims(set, draft)
      }
      if (!this.ownersMatch(set, draft)) {
        this.correctOwners(set, draft)
        wrong = true
      }
      if (!wrong) return
      this.#cluster.mutate('pods', pod.metadata.namespace ?? '', pod.metadata.name, (present) => {
        present.metadata.labels = draft.metadata.labels ?? {}
        present.spec = draft.spec
      })
      this.#sayPod('Update', set, pod, null)
    } catch (error) {
      this.#sayPod('Update', set, pod, error)
      throw error
    }
  }

  /** Deletes with the pod's own grace period; a pod that is gone already counts as deleted. */
  delete(set: Readonly<StatefulSet>, pod: Member): void {
    try {
      this.#cluster.delete('pods', set.metadata.namespace ?? '', nameOf(pod))
    } catch (error) {
      if (!isNotFound(error)) {
        this.#sayPod('Delete', set, pod, error)
        throw error
      }
    }
    this.#sayPod('Delete', set, pod, null)
  }

  /** Whether every claim of the pod that exists has the owners that the policy wants. */
  ownersMatch(set: Readonly<StatefulSet>, pod: Member): boolean {
    return this.#claims(set, pod).every((claim) => ownersUpToDate(claim, set, pod))
  }

  correctOwners(set: Readonly<StatefulSet>, pod: Member): void {
    for (const claim of this.#claims(set, pod)) {
      const { namespace = '', name } = claim.metadata
      if (hasUnexpectedController(claim, set, pod)) {
        const message = `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`
        this.#recorder.say(component, set, 'Warning', 'ConflictingController', message)
      }
      if (ownersUpToDate(claim, set, pod)) continue
      this.#cluster.mutate('persistentvolumeclaims', namespace, name, (draft) => {
        draft.metadata.ownerReferences = correctedOwners(draft, set, pod)
      })
    }
  }

  correctOwnersSaying(set: Readonly<StatefulSet>, pod: Member): void {
    try {
      this.correctOwners(set, pod)
    } catch (error) {
      this.#sayPod('Update', set, pod, error)
      throw error
    }
  }

  /** Whether a claim still waits to be collected with an earlier pod of this name: then nothing may be created yet. */
  hasStaleClaim(set: Readonly<StatefulSet>, pod: Member): boolean {
    return policyOf(set).whenScaled !== 'Retain' && this.#claims(set, pod).some((claim) => isStale(claim, pod))
  }

  #claims(set: Readonly<StatefulSet>, pod: Member) {
    return claimsOf(set, ordinalOf(pod))
      .map(({ metadata }) =>
        this.#cluster.get('persistentvolumeclaims', set.metadata.namespace ?? '', metadata.name ?? ''),
      )
      .filter((claim) => claim !== undefined)
  }

  #createClaims(set: Readonly<StatefulSet>, pod: Member): void {
    const failures: string[] = []
    for (const claim of claimsOf(set, ordinalOf(pod))) {
      const { name = '' } = claim.metadata
      const existing = this.#cluster.get('persistentvolumeclaims', set.metadata.namespace ?? '', name)
      if (existing) {
        if (existing.metadata.deletionTimestamp) failures.push(`pvc ${name} is being deleted`)
        continue
      }
      try {
        this.#cluster.create('persistentvolumeclaims', set.metadata.namespace ?? '', claim)
        const message = `Create Claim ${name} Pod ${nameOf(pod)} in StatefulSet ${set.metadata.name} success`
        this.#recorder.say(component, set, 'Normal', 'SuccessfulCreate', message)
      } catch (error) {
        failures.push(`failed to create PVC ${name}: ${messageOf(error)}`)
        if (isAlreadyExists(error)) continue
        const message = `Create Claim ${name} for Pod ${nameOf(pod)} in StatefulSet ${set.metadata.name} failed error: ${messageOf(error)}`
        this.#recorder.say(component, set, 'Warning', 'FailedCreate', message)
      }
    }
    if (failures.length > 0) throw new Failures(failures)
  }

  #sayPod(verb: 'Create' | 'Update' | 'Delete', set: Readonly<StatefulSet>, pod: Member, failure: unknown): void {
    const what = `${verb} Pod ${nameOf(pod)} in StatefulSet ${set.metadata.name}`
    if (failure) {
      const message = `${what} failed error: ${messageOf(failure)}`
      this.#recorder.say(component, set, 'Warning', `Failed${verb}`, message)
    } else {
      this.#recorder.say(component, set, 'Normal', `Successful${verb}`, `${what} successful`)
    }
  }
}
