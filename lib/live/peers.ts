import 'server-only'
import type { DnsAsker, Known } from '@/lib/cluster/dns/asker'
import { dnsOf } from '@/lib/cluster/dns/dns'
import type { NoDns } from '@/lib/cluster/dns/source'
import type { PeersAnswer } from '@/lib/contract/peers'
import { clusterZone } from '@/lib/statefulset/model/identity'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import { appAddress } from '@/lib/statefulset/peers/own-view'
import { type AnswerAt, type OwnView, peersOf, questionsAbout, searchPath } from '@/lib/statefulset/peers/peers'
import { questionKey } from '@/lib/statefulset/peers/records'
import { askApplications } from './own-views'
import type { LiveCluster } from './live-cluster'

/** A page asks about every five seconds; what it gets is not older than this, unless there are many ordinals. */
const freshMs = 3_000
/** Half the pace at which DNS is asked: a set of a thousand ordinals is asked round and round, and others have room. */
const roundMs = 40
/** What comes later than this is in the next answer. */
const waitMs = 5_000

/** Asks the cluster's DNS about a set and puts the answers beside what the store has. `again`: nothing old counts. */
export async function askForPeers(
  live: Pick<LiveCluster, 'access' | 'now'>,
  objects: SetObjects,
  again: boolean,
): Promise<PeersAnswer> {
  const asker = dnsOf(live.access)
  const about = questionsAbout(objects, asker.zone ?? clusterZone)
  const fresh = again ? 0 : Math.max(freshMs, (about.ordinals.length + about.service.length) * roundMs)
  const app = appAddress(objects.set.metadata.annotations)
  const [found, own] = await Promise.all([
    asker.answers([...about.service, ...about.ordinals], { freshMs: fresh, waitMs }),
    app === null ? new Map<number, OwnView>() : askApplications(live.access, objects, app),
  ])
  const zone = asker.zone ?? clusterZone
  const { metadata } = objects.set
  const answers = answersOf(found)
  const problem = problemOf(found, answers.size)
  const { service, peers } = peersOf(objects, answers, {
    zone,
    now: live.now(),
    own,
    unanswered: problem ? 'dns' : 'pending',
  })
  const times = [...answers.values()].map(({ at }) => at)
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    service,
    zone,
    search: searchPath(metadata.namespace, zone),
    asked: {
      ...sourceOf(asker),
      at: times.length === 0 ? null : new Date(Math.min(...times)).toISOString(),
      pending: about.service.length + about.ordinals.length - found.size,
      problem,
    },
    app,
    peers,
    answers: about.service.flatMap((question) => answers.get(questionKey(question))?.answer ?? []),
    unknown: Object.fromEntries(Object.entries(objects.unknown)),
  }
}

function answersOf(found: ReadonlyMap<string, Known>): Map<string, AnswerAt> {
  const answers = new Map<string, AnswerAt>()
  for (const [key, known] of found) if ('answer' in known) answers.set(key, known)
  return answers
}

/** The newest reason why something has no answer. */
function problemOf(found: ReadonlyMap<string, Known>, answered: number): PeersAnswer['asked']['problem'] {
  if (found.size === answered) return null
  let newest: { at: number; problem: NoDns } | null = null
  for (const known of found.values()) if ('problem' in known && known.at > (newest?.at ?? 0)) newest = known
  return newest === null
    ? null
    : { code: newest.problem.code, message: newest.problem.message, rule: newest.problem.rule }
}

function sourceOf({ source }: DnsAsker): Pick<PeersAnswer['asked'], 'from' | 'server' | 'pod'> {
  return source ?? { from: null, server: null, pod: null }
}
