'use client'

import { Download, Pause, Play, WrapText } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { IconButton } from '@/components/ui/button'
import { plainText } from './plain-text'
import { api, type LogQuery } from '@/lib/contract/routes'

/** So many lines stay in the page; older ones are let go, and that is said. */
const keptLines = 3000

type Ending = { reason: 'ended' } | { reason: 'error'; message: string } | null
type Log = { lines: string[]; dropped: number; ending: Ending; opened: boolean }
const empty: Log = { lines: [], dropped: 0, ending: null, opened: false }

/** The logs of an ordinal's containers, current and previous, followed live. */
export function LogView(props: {
  cluster: string
  namespace: string
  pod: string
  /** The pod's uid: another pod of the same name is another log. */
  uid: string
  containers: readonly { name: string; init: boolean; restarts: number }[]
}) {
  const t = useTranslations('set.logs')
  const { cluster, namespace, pod, containers } = props
  const [container, setContainer] = useState(containers.find((each) => !each.init)?.name ?? containers[0]?.name ?? '')
  const [previous, setPrevious] = useState(false)
  const [wrap, setWrap] = useState(true)
  const log = (how: LogQuery) => api.log(cluster, { namespace, name: pod }, { container, previous, ...how })
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <label className="flex items-center gap-2 text-body">
          <span className="sr-only">{t('container')}</span>
          <select
            lang="en"
            value={container}
            onChange={(event) => setContainer(event.target.value)}
            className="h-8 rounded-control border border-rung bg-panel px-2 font-mono text-mono pointer-coarse:h-11"
          >
            {containers.map((each) => (
              <option key={each.name} value={each.name}>
                {each.name}
                {each.init ? ' (init)' : ''}
              </option>
            ))}
          </select>
        </label>
        <label className="flex min-h-8 items-center gap-2 text-body pointer-coarse:min-h-11">
          <input type="checkbox" checked={previous} onChange={(event) => setPrevious(event.target.checked)} />
          {t('previous')}
        </label>
        <span className="ml-auto flex">
          <IconButton label={t('wrap')} aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
            <WrapText aria-hidden size={16} strokeWidth={1.75} />
          </IconButton>
          <a
            href={log({ tailLines: 5000, download: true })}
            download
            title={t('download')}
            aria-label={t('download')}
            className="inline-flex size-8 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-ink pointer-coarse:size-11"
          >
            <Download aria-hidden size={16} strokeWidth={1.75} />
          </a>
        </span>
      </div>
      <FollowedLog
        key={`${props.uid} ${container} ${previous}`}
        url={log({ follow: true, tailLines: 500 })}
        name={`${pod} ${container}`}
        wrap={wrap}
      />
    </div>
  )
}

function FollowedLog(props: { url: string; name: string; wrap: boolean }) {
  const t = useTranslations('set.logs')
  const [log, setLog] = useState<Log>(empty)
  const [paused, setPaused] = useState(false)
  const inSight = useInSight()
  const frame = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  useEffect(() => {
    if (paused || !inSight) return
    const source = new EventSource(props.url)
    // The tail is sent again after a pause and after every reconnection, so it replaces what was there.
    let first = true
    source.onopen = () => {
      first = true
      setLog((before) => ({ ...before, opened: true }))
    }
    source.addEventListener('lines', (event: MessageEvent<string>) => {
      const { lines, dropped } = JSON.parse(event.data) as { lines: string[]; dropped: number }
      const clear = first
      first = false
      setLog((before) => {
        const all = [...(clear ? [] : before.lines), ...lines.map(plainText)]
        const over = Math.max(0, all.length - keptLines)
        return {
          ...before,
          lines: all.slice(over),
          dropped: (clear ? 0 : before.dropped) + dropped + over,
          opened: true,
        }
      })
    })
    source.addEventListener('end', (event: MessageEvent<string>) => {
      const { reason, error } = JSON.parse(event.data) as { reason: string; error?: { message: string } }
      source.close()
      setLog((before) => ({
        ...before,
        opened: true,
        ending: reason === 'error' ? { reason: 'error', message: error?.message ?? '' } : { reason: 'ended' },
      }))
    })
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return
      setLog((before) => ({ ...before, opened: true, ending: { reason: 'error', message: '' } }))
    }
    return () => source.close()
  }, [props.url, paused, inSight])
  useEffect(() => {
    const element = frame.current
    if (element && atEnd.current) element.scrollTop = element.scrollHeight
  }, [log.lines])
  const { ending, dropped } = log
  return (
    <>
      <div
        ref={frame}
        role="log"
        aria-live="off"
        tabIndex={0}
        lang="en"
        aria-label={t('label', { name: props.name })}
        onScroll={(event) => {
          const element = event.currentTarget
          atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 24
        }}
        className={`h-[min(60dvh,560px)] overflow-auto rounded-control bg-raised p-3 font-mono text-mono leading-[18px] ${props.wrap ? 'break-all whitespace-pre-wrap' : 'whitespace-pre'}`}
      >
        {dropped > 0 ? <p className="text-muted">{t('dropped', { count: dropped })}</p> : null}
        {log.lines.join('\n')}
        {log.opened && log.lines.length === 0 && !ending ? <span className="text-muted">{t('silent')}</span> : null}
      </div>
      <p role="status" className="flex items-center gap-2 text-small text-muted">
        {ending ? (
          <span className={ending.reason === 'error' ? 'text-bad' : ''}>
            {ending.reason === 'error' ? t('failed', { message: ending.message }) : t('ended')}
          </span>
        ) : (
          <>
            <IconButton label={t(paused ? 'resume' : 'pause')} onClick={() => setPaused(!paused)}>
              {paused ? (
                <Play aria-hidden size={14} strokeWidth={1.75} />
              ) : (
                <Pause aria-hidden size={14} strokeWidth={1.75} />
              )}
            </IconButton>
            {log.opened || paused ? t(paused ? 'paused' : 'following', { count: log.lines.length }) : t('opening')}
          </>
        )}
      </p>
    </>
  )
}

/** A browser has six connections to a server, and a log takes one: tabs that nobody looks at take none. */
function useInSight(): boolean {
  return useSyncExternalStore(
    (call) => {
      document.addEventListener('visibilitychange', call)
      return () => document.removeEventListener('visibilitychange', call)
    },
    () => !document.hidden,
    () => false,
  )
}
