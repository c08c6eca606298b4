'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Age } from '@/components/ui/age'
import { Chip } from '@/components/ui/chip'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { ProofRows } from './sentence'
import { useReasonWords } from '@/components/ui/reason-words'

const mono = 'font-mono text-mono break-all'

/** Everything about one ordinal now: why it is as it is, its pod and containers, node, claims, and its names. */
export function OrdinalNow(props: { view: StatefulSetView; ordinal: OrdinalView }) {
  const t = useTranslations('set')
  const words = useReasonWords()
  const { view, ordinal: one } = props
  const { pod, node, peer, cause } = one
  return (
    <div className="flex flex-col gap-5">
      {cause ? (
        <section className="flex flex-col gap-1">
          <p className="text-lead font-strong">{words(cause)}</p>
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-body">
            <ProofRows proof={cause.proof} />
          </dl>
        </section>
      ) : null}
      <Part title={t('drawer.pod')}>
        {pod ? (
          <Facts
            rows={[
              [
                t('drawer.status'),
                <span key="s" lang="en">
                  {pod.status === pod.phase ? pod.status : `${pod.status} (${pod.phase})`}
                </span>,
              ],
              [t('drawer.ready'), `${pod.readyContainers}/${pod.containersTotal}`],
              [t('drawer.restarts'), <Restarts key="r" restarts={pod.restarts} last={pod.lastRestart} />],
              [t('drawer.revision'), <Code key="rev">{pod.revision}</Code>],
              [t('drawer.ip'), pod.ip ? <Code key="ip">{pod.ip}</Code> : t('peer.noAddress')],
              [t('drawer.created'), <Age key="age" since={pod.createdAt} />],
              ...(pod.deletionTimestamp
                ? [[t('drawer.deletion'), <Code key="d">{pod.deletionTimestamp}</Code>] as [string, ReactNode]]
                : []),
              ...(pod.finalizers.length > 0
                ? [[t('drawer.finalizers'), <Code key="f">{pod.finalizers.join(', ')}</Code>] as [string, ReactNode]]
                : []),
              [t('drawer.uid'), <Code key="uid">{pod.uid}</Code>],
            ]}
          />
        ) : (
          <p className="text-muted">{view.unknown.pods ?? t('pod.none')}</p>
        )}
        {pod && pod.containers.length > 0 ? (
          <ul className="mt-2 flex flex-col gap-1">
            {pod.containers.map((container) => (
              <li key={`${container.init} ${container.name}`} className="flex flex-wrap items-baseline gap-x-3">
                <span lang="en" className="font-mono text-mono font-semibold">
                  {container.name}
                </span>
                {container.init ? <Chip>{t('drawer.init')}</Chip> : null}
                <span lang="en">{container.state}</span>
                <span lang="en" className="min-w-0 truncate font-mono text-mono text-muted" title={container.image}>
                  {container.image}
                </span>
                {container.restarts > 0 ? (
                  <span className="text-muted">{t('pod.restarts', { count: container.restarts })}</span>
                ) : null}
              </li>
            ))}
          </ul>
        ) : null}
      </Part>
      <Part title={t('ladder.node')}>
        {node ? (
          <Facts
            rows={[
              [t('drawer.name'), <Code key="n">{node.name}</Code>],
              [
                t('drawer.nodeReady'),
                <span key="r" data-tone={node.ready === 'True' ? undefined : 'unknown'} className="text-tone">
                  <span lang="en">{`Ready=${node.ready}`}</span> {node.since ? <Age since={node.since} /> : null}
                </span>,
              ],
              [t('drawer.zone'), node.zone ? <Code key="z">{node.zone}</Code> : t('drawer.noZone')],
            ]}
          />
        ) : (
          <p className="text-muted">{view.unknown.nodes ?? t('node.none')}</p>
        )}
      </Part>
      <Part title={t('ladder.disk')}>
        {one.claims.length === 0 ? <p className="text-muted">{t('disk.none')}</p> : null}
        {one.claims.map((claim) => (
          <Facts
            key={claim.name}
            rows={[
              [t('drawer.claim'), <Code key="c">{claim.name}</Code>],
              [
                t('drawer.phase'),
                claim.exists === null ? (
                  view.unknown.persistentvolumeclaims
                ) : claim.exists ? (
                  <span key="p" lang="en">
                    {claim.deletionTimestamp ? 'Terminating' : claim.phase}
                  </span>
                ) : (
                  t('disk.notYet')
                ),
              ],
              [t('drawer.size'), claim.capacity ?? claim.requested ?? '–'],
              [t('drawer.class'), claim.storageClass ? <Code key="k">{claim.storageClass}</Code> : '–'],
              [
                t('drawer.volume'),
                claim.volume ? (
                  <span key="v">
                    <Code>{claim.volume.name}</Code>{' '}
                    <span lang="en" className="text-muted">
                      {[claim.volume.phase, claim.volume.reclaimPolicy, claim.volume.zone].filter(Boolean).join(' · ')}
                    </span>
                  </span>
                ) : (
                  '–'
                ),
              ],
            ]}
          />
        ))}
      </Part>
      <Part title={t('ladder.peers')}>
        <Facts
          rows={[
            [t('drawer.dns'), <Code key="h">{peer.hostname}</Code>],
            [
              t('drawer.slice'),
              peer.endpoint
                ? `${peer.endpoint.address} · ${t(`peer.slice.${peer.endpoint.ready ? 'ready' : peer.endpoint.serving ? 'serving' : 'behind'}`)}`
                : (view.unknown.endpointslices ?? t('peer.slice.absent')),
            ],
            [
              t('drawer.srv'),
              peer.srv.length === 0 ? (
                (view.unknown.services ?? t(`drawer.noSrv.${whyNoSrv(view, one)}`))
              ) : (
                <span key="srv" className="flex flex-col">
                  {peer.srv.map((record) => (
                    <Code key={`${record.port} ${record.target}`}>
                      {`${record.priority} ${record.weight} ${record.port} ${record.target}`}
                    </Code>
                  ))}
                  <span className="text-small text-muted">{t('drawer.srvNote')}</span>
                </span>
              ),
            ],
          ]}
        />
      </Part>
    </div>
  )
}

/** Why DNS answers no SRV record with this ordinal: the first reason that holds. */
function whyNoSrv({ service }: StatefulSetView, { pod }: OrdinalView) {
  if (!service.exists) return 'missing'
  if (!service.headless) return 'not-headless'
  if (!pod) return 'no-pod'
  return pod.ready || service.publishNotReadyAddresses ? 'other' : 'not-ready'
}

function Restarts(props: { restarts: number; last: string | null }) {
  return (
    <>
      {props.restarts}
      {props.last ? (
        <span className="text-muted">
          {' '}
          · <Age since={props.last} />
        </span>
      ) : null}
    </>
  )
}

function Code(props: { children: ReactNode }) {
  return (
    <span lang="en" className={mono}>
      {props.children}
    </span>
  )
}

function Part(props: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="pb-1 text-small text-muted">{props.title}</h3>
      {props.children}
    </section>
  )
}

function Facts(props: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[minmax(96px,auto)_minmax(0,1fr)] gap-x-4 gap-y-0.5 py-0.5 text-body">
      {props.rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
