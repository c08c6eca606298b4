import type { LogLine } from '@/lib/demo/api/kubelets'
import type { Life } from './container'

/**
 * The log of a container, made up when it is read: a beginning, then lines at irregular moments that are always the same
 * for the same container, then an end. Nothing is kept, however long a container runs.
 */
export type LogSource = { image: string; pod: string; port: number | null; seed: string; life: Life }

type Voice = { begin: string[]; talk: string[]; fail: string[] }

const voices: [RegExp, Voice][] = [
  [
    /kubia/,
    {
      begin: ['Kubia server starting...', 'Local hostname is {pod}', 'Listening on port {port}'],
      talk: [
        'Received request from ::ffff:10.244.{a}.{b}',
        'GET / -> 200 in {a} ms',
        'Data file has {n} bytes',
        'GET /healthz -> 200 in 1 ms',
      ],
      fail: ["Error: EACCES: permission denied, open '/var/data/kubia.txt'", '    at Object.openSync (node:fs:573:18)'],
    },
  ],
  [
    /postgres/,
    {
      begin: [
        'PostgreSQL Database directory appears to contain a database; Skipping initialization',
        'LOG:  starting PostgreSQL 17.5 on x86_64-pc-linux-gnu, 64-bit',
        'LOG:  listening on IPv4 address "0.0.0.0", port 5432',
        'LOG:  database system was shut down cleanly',
        'LOG:  database system is ready to accept connections',
      ],
      talk: [
        'LOG:  checkpoint starting: time',
        'LOG:  checkpoint complete: wrote {n} buffers ({a}.{b}%); 0 WAL file(s) added, 0 removed, 1 recycled',
        'LOG:  automatic vacuum of table "app.public.orders": index scans: 1',
        'LOG:  duration: {n}.{a} ms  statement: SELECT count(*) FROM orders',
      ],
      fail: ['FATAL:  could not write lock file "postmaster.pid": No space left on device'],
    },
  ],
  [
    /kafka/,
    {
      begin: [
        'INFO Registered kafka:type=kafka.Log4jController MBean',
        'INFO [BrokerServer id={ordinal}] Transition from SHUTDOWN to STARTING',
        'INFO Awaiting socket connections on 0.0.0.0:9092.',
        'INFO [KafkaRaftServer nodeId={ordinal}] Kafka Server started',
      ],
      talk: [
        'INFO [GroupCoordinator {ordinal}]: Stabilized group billing generation {a} with {b} members',
        'INFO [UnifiedLog partition=orders-{a}] Rolled new log segment at offset {n}',
        'INFO [ReplicaFetcher replicaId={ordinal}] Truncating partition events-{a} to local high watermark {n}',
      ],
      fail: [
        'ERROR Exiting Kafka due to fatal exception during startup',
        'java.lang.IllegalArgumentException: advertised.listeners',
      ],
    },
  ],
  [
    /redis|valkey/,
    {
      begin: ['* Server initialized', '* Loading RDB produced by version 8.0.2', '* Ready to accept connections tcp'],
      talk: [
        '* {n} changes in 300 seconds. Saving...',
        '* Background saving started by pid {n}',
        '* DB saved on disk',
        '* Background saving terminated with success',
      ],
      fail: ["# Can't handle RDB format version 12", '# Fatal error loading the DB. Exiting.'],
    },
  ],
  [
    /zookeeper|etcd|nats|consul/,
    {
      begin: ['starting member {pod}', 'joined cluster', 'serving client traffic on port {port}'],
      talk: [
        'elected leader at term {a}',
        'compacted revision {n}',
        'took {a}.{b}ms to apply the request',
        'snapshot saved at {n}',
      ],
      fail: ['cannot reach a quorum of peers', 'exiting'],
    },
  ],
]
const plain: Voice = {
  begin: ['starting', 'listening on port {port}', 'ready'],
  talk: ['handled {n} requests in the last minute', 'flushed {n} records in {a} ms', 'heartbeat from peer {b} ok'],
  fail: ['fatal: cannot open data directory: permission denied'],
}

const voiceOf = (image: string): Voice => voices.find(([pattern]) => pattern.test(image))?.[1] ?? plain

/** A small reproducible random number for one line. */
function noise(seed: string, index: number): number {
  let hash = 2166136261 ^ index
  for (let i = 0; i < seed.length; i += 1) hash = Math.imul(hash ^ seed.charCodeAt(i), 16777619)
  hash = Math.imul(hash ^ (hash >>> 15), 2246822519)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}

const averageGap = 9

/** The lines of one life that fall into a stretch of time, oldest first; at most the last `limit`. */
export function linesBetween(source: LogSource, from: Date, to: Date, limit = 2000): LogLine[] {
  const { life } = source
  const voice = voiceOf(source.image)
  const start = life.startedAt.getTime()
  const end = Math.min(to.getTime(), life.finishedAt?.getTime() ?? Number.POSITIVE_INFINITY)
  const fill = (text: string, index: number) =>
    text
      .replaceAll('{pod}', source.pod)
      .replaceAll('{ordinal}', /\d+$/.exec(source.pod)?.[0] ?? '0')
      .replaceAll('{port}', String(source.port ?? 8080))
      .replaceAll('{n}', String(Math.floor(noise(source.seed, index * 7 + 1) * 9000) + 12))
      .replaceAll('{a}', String(Math.floor(noise(source.seed, index * 7 + 2) * 90) + 1))
      .replaceAll('{b}', String(Math.floor(noise(source.seed, index * 7 + 3) * 90) + 1))
  const lines: LogLine[] = []
  const add = (at: number, text: string) => {
    if (at >= from.getTime() && at <= end) lines.push({ time: new Date(at), text })
  }
  const crashed = life.exitCode !== null && life.exitCode !== 0 && life.exitCode !== 137
  const opening = crashed ? [...voice.begin.slice(0, 1), ...voice.fail] : voice.begin
  opening.forEach((text, index) => add(start + 40 + index * 60, fill(text, -index - 1)))
  // Line k falls somewhere into the k-th stretch of nine seconds, so that any stretch of time can be made alone.
  const gap = averageGap * 1000
  const last = Math.floor((end - start) / gap)
  const first = Math.max(1, Math.floor((from.getTime() - start) / gap), last - limit)
  for (let index = first; index <= last; index += 1) {
    const at = start + (index + noise(source.seed, index)) * gap
    const text = voice.talk[Math.floor(noise(source.seed, index + 0.5) * 0.999 * voice.talk.length)] ?? ''
    add(Math.floor(at), fill(text, index))
  }
  if (life.finishedAt && !crashed) add(life.finishedAt.getTime(), 'received SIGTERM, shutting down')
  return lines.slice(-limit)
}
