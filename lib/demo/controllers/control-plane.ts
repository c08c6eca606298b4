import type { Cluster } from './cluster'
import { DisruptionController } from './disruption'
import { EndpointSliceController } from './endpoint-slices'
import { GarbageCollector } from './garbage-collector'
import { NamespaceController } from './namespaces'
import { NodeLife } from './nodes/life'
import { PodGarbage } from './nodes/pod-gc'
import { TaintEviction } from './nodes/taint-eviction'
import type { Recorder } from './recorder'
import { Scheduler } from './scheduler/scheduler'
import { StatefulSetController } from './statefulset/controller'
import { Attacher } from './volumes/attacher'
import { VolumeBinder } from './volumes/binder'
import { VolumeProtection } from './volumes/protection'
import { Provisioner } from './volumes/provisioner'

type Part = { start(): void; stop(): void }

export type ControlPlaneOptions = {
  /** Told of every failed piece of work; it is tried again in any case. */
  onError: (part: string, key: string, error: unknown) => void
  /** Told when a disk is gone with its data. */
  onDiskDeleted: (handle: string) => void
  /** Seconds of silence after which a node counts as lost. Default 50. */
  nodeMonitorGraceSeconds?: number
}

/** Every controller of the demo cluster, and its scheduler. */
export class ControlPlane {
  readonly #parts: Part[]

  constructor(
    cluster: Cluster,
    recorder: Recorder,
    { onError, onDiskDeleted, nodeMonitorGraceSeconds }: ControlPlaneOptions,
  ) {
    const failed = (part: string) => (key: string, error: unknown) => onError(part, key, error)
    this.#parts = [
      new StatefulSetController(cluster, recorder, failed('statefulset')),
      new VolumeBinder(cluster, recorder, failed('persistentvolume-binder')),
      new VolumeProtection(cluster, failed('volume-protection')),
      new Provisioner(cluster, recorder, onDiskDeleted, failed('provisioner')),
      new Scheduler(cluster, recorder, failed('scheduler')),
      new Attacher(cluster, recorder, failed('attachdetach')),
      new EndpointSliceController(cluster, failed('endpointslice')),
      new GarbageCollector(cluster, failed('garbage-collector')),
      new NodeLife(cluster, recorder, failed('node-lifecycle'), nodeMonitorGraceSeconds),
      new TaintEviction(cluster, recorder, failed('taint-eviction')),
      new PodGarbage(cluster, failed('pod-garbage-collector')),
      new NamespaceController(cluster, failed('namespace')),
      new DisruptionController(cluster, failed('disruption')),
    ]
  }

  start(): void {
    for (const part of this.#parts) part.start()
  }

  stop(): void {
    for (const part of this.#parts) part.stop()
  }
}
