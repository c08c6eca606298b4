import type { StatefulSetView } from '@/lib/statefulset/model/view'

/** The owner that drives a set, with its group: `Kafka.kafka.strimzi.io my-cluster`. */
export function driverName({ kind, group, name }: NonNullable<StatefulSetView['drivenBy']>): string {
  return `${group === '' ? kind : `${kind}.${group}`} ${name}`
}
