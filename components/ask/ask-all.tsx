'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { readJson } from '@/lib/browser/read'
import type { AppAnswer } from '@/lib/contract/ask'
import { api } from '@/lib/contract/routes'
import { isAppPath, isPort } from '@/lib/names'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { type Address, AddressFields } from './address-fields'
import { Answer } from './answer'
import { sharesOf, type Share } from './shares'

/** How often the Service is asked, and how many pods are asked side by side. */
const times = 10
const mostPods = 50
const atOnce = 4

type OfPod = { pod: string; answer: AppAnswer | null; problem: string | null }

/** The same question to every ordinal, side by side, and to the Service, to see who answers. */
export function AskAll(props: { cluster: string; view: StatefulSetView }) {
  const t = useTranslations('peers.ask')
  const { cluster, view } = props
  const { namespace, service } = view
  const first = service.ports.find(({ protocol }) => protocol === 'TCP')
  const targets = service.ports.flatMap(({ targetPort, port }) =>
    /^\d+$/.test(targetPort) ? Number(targetPort) : port,
  )
  const [address, setAddress] = useState<Address>({ port: String(targets[0] ?? 8080), path: '/' })
  const [pods, setPods] = useState<OfPod[]>([])
  const [shares, setShares] = useState<Share[] | null>(null)
  const [busy, setBusy] = useState(false)
  const port = Number(address.port)
  const wrong = !isPort(port) ? t('badPort') : !isAppPath(address.path) ? t('badPath') : undefined
  const there = view.ordinals.flatMap(({ name, pod }) => (pod ? [{ name, uid: pod.uid }] : [])).slice(0, mostPods)

  const askPods = async () => {
    setBusy(true)
    setShares(null)
    setPods(
      await inTurn(there, (pod) =>
        answerOf(pod.name, api.askPod(cluster, { namespace, ...pod }, { port, path: address.path })),
      ),
    )
    setBusy(false)
  }
  const askService = async () => {
    if (!first) return
    setBusy(true)
    setPods([])
    const path = api.askService(cluster, { namespace, name: service.name }, { port: first.port, path: address.path })
    const answers = await inTurn(Array.from({ length: times }), () => answerOf(service.name, path))
    setShares(
      sharesOf(
        answers,
        there.map(({ name }) => name),
      ),
    )
    setBusy(false)
  }
  const usual = mostCommon(pods)
  return (
    <section aria-label={t('title')} className="mt-6 flex flex-col gap-3 border-t border-line pt-4">
      <h3 className="font-semibold">{t('title')}</h3>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <AddressFields value={address} onChange={setAddress} ports={targets} />
        <Button
          onClick={() => void askPods()}
          aria-busy={busy}
          disabledReason={wrong ?? (there.length === 0 ? t('nobody') : undefined)}
        >
          {t('every')}
        </Button>
        <Button
          onClick={() => void askService()}
          aria-busy={busy}
          disabledReason={wrong ?? (first ? undefined : t('noServicePort'))}
        >
          {t('service', { times })}
        </Button>
        {busy ? <span className="text-muted">{t('asking')}</span> : null}
      </div>
      {pods.length > 0 ? (
        <ol className="grid gap-4 tablet:grid-cols-2 wide:grid-cols-3">
          {pods.map(({ pod, answer, problem }) => (
            <li key={pod} data-asked={pod} className="flex min-w-0 flex-col gap-1">
              <span className="flex items-baseline gap-2">
                <strong lang="en" className="font-mono text-mono">
                  {pod}
                </strong>
                {usual !== null && comparable(answer, pod) !== usual ? (
                  <span data-tone="attention" className="text-small text-tone">
                    {t('differs')}
                  </span>
                ) : null}
              </span>
              {answer ? <Answer answer={answer} label={t('answer', { pod })} /> : <p className="text-bad">{problem}</p>}
            </li>
          ))}
        </ol>
      ) : null}
      {shares ? (
        <ul aria-label={t('shares', { name: service.name })} className="flex max-w-160 flex-col gap-1">
          {shares.map(({ who, count, problem }) => (
            <li
              key={who ?? problem ?? ''}
              data-share={who ?? ''}
              className="grid grid-cols-[minmax(96px,auto)_1fr_auto] items-center gap-3"
            >
              <span lang={who ? 'en' : undefined} className={who ? 'font-mono text-mono' : 'text-muted'}>
                {who ?? problem ?? t('notTold')}
              </span>
              <span aria-hidden className="h-2 rounded-chip bg-raised">
                <span className="block h-2 rounded-chip bg-rung" style={{ width: `${(100 * count) / times}%` }} />
              </span>
              <span>{t('count', { count })}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}

async function answerOf(pod: string, path: Parameters<typeof readJson<AppAnswer>>[0]): Promise<OfPod> {
  try {
    return { pod, answer: await readJson(path), problem: null }
  } catch (error) {
    return { pod, answer: null, problem: error instanceof Error ? error.message : String(error) }
  }
}

/** A few at a time, in order. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < items.length; at += atOnce)
    results.push(...(await Promise.all(items.slice(at, at + atOnce).map(work))))
  return results
}

/** An answer without the name of the pod that gave it, which differs by nature. */
function comparable(answer: AppAnswer | null, pod: string): string | null {
  return answer && `${answer.status} ${answer.text.replaceAll(pod, '')}`
}

/** What most pods have answered; null where no two agree. */
function mostCommon(pods: readonly OfPod[]): string | null {
  const counts = new Map<string | null, number>()
  for (const { pod, answer } of pods) {
    const key = comparable(answer, pod)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const [best] = [...counts].toSorted(([, a], [, b]) => b - a)
  return best && best[1] > 1 ? best[0] : null
}
