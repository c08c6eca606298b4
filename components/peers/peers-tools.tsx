'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Command, CopyButton } from '@/components/ui/copy-button'
import { showToast } from '@/components/ui/toast'
import type { PeersAnswer } from '@/lib/contract/peers'
import { digCommand, type PeerList, peerList, peerLists } from '@/lib/statefulset/peers/lists'

/** The SRV records as dig prints them, the peers as other programs want them, and the way to ask from a pod. */
export function PeersTools(props: { answer: PeersAnswer }) {
  const t = useTranslations('peers.tools')
  const { answer } = props
  const { service, namespace, zone } = answer
  if (service.name === '') return null
  const domain = `${service.name}.${namespace}.svc.${zone}`
  const asked = answer.answers.filter(({ question }) => question.type === 'SRV')
  const lines = asked.flatMap(srvLines)
  const text = lines.map(({ owner, rest }) => `${owner} ${rest}`).join('\n')
  const named = answer.peers
    .filter(({ inRange }) => inRange)
    .map(({ ordinal, pod, expected }) => ({ ordinal, pod, name: expected.name }))
  const copy = (kind: PeerList) => {
    const list = peerList(kind, named, service.ports)
    void navigator.clipboard
      .writeText(list)
      .then(() =>
        showToast({ id: 'copied', title: t('copied', { list: list.length > 160 ? `${list.slice(0, 160)}…` : list }) }),
      )
  }
  return (
    <div className="mt-2 grid gap-x-12 gap-y-6 border-t border-line pt-4 desk:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
      <section aria-label={t('srv')} className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <h3 className="font-semibold">{t('srv')}</h3>
          {text === '' ? null : <CopyButton text={text} label={t('copySrv')} />}
        </div>
        {lines.length === 0 ? (
          <p className="py-2 text-muted">{asked.length === 0 ? t('srvUnknown') : t('noSrv', { name: domain })}</p>
        ) : (
          <pre
            lang="en"
            tabIndex={0}
            aria-label={t('srv')}
            data-srv
            className="mt-2 max-h-[40dvh] overflow-auto font-mono text-mono whitespace-pre"
          >
            {lines.map(({ key, owner, rest }) => (
              <span key={key} className="block">
                <span className="text-muted">{owner}</span> {rest}
              </span>
            ))}
          </pre>
        )}
      </section>
      <section aria-label={t('elsewhere')} className="flex min-w-0 flex-col gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-muted">{t('copyAs')}</span>
          {peerLists.map((kind) => (
            <Button key={kind} size="row" onClick={() => copy(kind)}>
              {t(`list.${kind}`)}
            </Button>
          ))}
        </div>
        <div className="flex flex-col gap-1.5">
          <h3 className="text-muted">{t('fromPod')}</h3>
          <Command text={digCommand(namespace, domain)} />
        </div>
        <p className="text-muted">
          {t('search')}{' '}
          <span lang="en" className="font-mono text-mono break-words">
            {answer.search.join(' ')}
          </span>
        </p>
      </section>
    </div>
  )
}

/** The lines of dig's answer section. */
function srvLines({ records }: PeersAnswer['answers'][number]): { key: string; owner: string; rest: string }[] {
  return records.flatMap((record) => {
    if (record.type !== 'SRV') return []
    const { priority, weight, port, target } = record.data
    const owner = `${record.name}. ${record.ttl} IN SRV`
    const rest = `${priority} ${weight} ${port} ${target}.`
    return [{ key: `${record.name} ${rest}`, owner, rest }]
  })
}
