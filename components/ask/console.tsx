'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Command } from '@/components/ui/copy-button'
import { useCommand, useRights } from '@/lib/browser/actions'
import { failureOf, type Failure } from '@/lib/browser/command-sender'
import { readJson } from '@/lib/browser/read'
import { askMethods } from '@/lib/contract/ask-methods'
import type { AppAnswer } from '@/lib/contract/ask'
import { api } from '@/lib/contract/routes'
import { isAppPath, isPort } from '@/lib/names'
import { type Address, AddressFields } from './address-fields'
import { Answer } from './answer'
import { fieldClass } from './field'

const methods = ['GET', ...askMethods] as const
type Method = (typeof methods)[number]
const types = ['text/plain', 'application/json', 'application/x-www-form-urlencoded'] as const

/**
 * Asks one pod through the API server's proxy. A GET goes at once; what may change something is confirmed once, journaled
 * and never sent twice.
 */
export function AskConsole(props: {
  cluster: string
  namespace: string
  set: string
  pod: string
  uid: string
  ports: readonly number[]
}) {
  const t = useTranslations('peers.ask')
  const off = useTranslations('actions.off')
  const { cluster, namespace, pod, uid, ports } = props
  const [method, setMethod] = useState<Method>('GET')
  const [address, setAddress] = useState<Address>({ port: String(ports[0] ?? 8080), path: '/' })
  const [text, setText] = useState('')
  const [contentType, setContentType] = useState<(typeof types)[number]>('text/plain')
  const [confirming, setConfirming] = useState(false)
  const [answer, setAnswer] = useState<AppAnswer | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [reading, setReading] = useState(false)
  const rights = useRights(cluster, namespace, { set: props.set, pod })
  const command = useCommand(
    cluster,
    'ask-pod',
    ({ app }) => setAnswer(app),
    (failed) => setFailure(failed),
  )
  const port = Number(address.port)
  const wrong = !isPort(port) ? t('badPort') : !isAppPath(address.path) ? t('badPath') : undefined
  const right = rights?.actions['ask-pod']
  const mayNot = rights?.readOnly
    ? off('readOnly')
    : right?.allowed === false
      ? off('forbidden', { rule: right.rule ?? 'pods/proxy' })
      : undefined
  const busy = reading || command.state === 'sending'
  const read = async () => {
    setReading(true)
    setFailure(null)
    try {
      setAnswer(await readJson(api.askPod(cluster, { namespace, name: pod, uid }, { port, path: address.path })))
    } catch (error) {
      setAnswer(null)
      setFailure(failureOf(error))
    } finally {
      setReading(false)
    }
  }
  const write = () => {
    if (method === 'GET') return
    setConfirming(false)
    setFailure(null)
    setAnswer(null)
    command.send({ namespace, name: pod, uid, port, method, path: address.path, text, contentType })
  }
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      setConfirming(false)
      set(value)
    }
  return (
    <form
      className="flex flex-col gap-3 py-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (wrong !== undefined || busy) return
        if (method === 'GET') void read()
        else if (mayNot === undefined) setConfirming(true)
      }}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <label className="flex items-center gap-2 text-muted">
          {t('method')}
          <select
            lang="en"
            value={method}
            onChange={({ target }) => change(setMethod)(target.value as Method)}
            className={fieldClass}
          >
            {methods.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <AddressFields value={address} onChange={change(setAddress)} ports={ports} />
      </div>
      {method === 'GET' ? null : (
        <div className="flex flex-col gap-2">
          <label className="flex flex-col gap-1 text-muted">
            {t('body')}
            <textarea
              rows={3}
              maxLength={32 * 1024}
              value={text}
              onChange={({ target }) => change(setText)(target.value)}
              className={`${fieldClass} h-auto! py-2`}
            />
          </label>
          <label className="flex flex-wrap items-center gap-2 text-muted">
            {t('type')}
            <select
              lang="en"
              value={contentType}
              onChange={({ target }) => change(setContentType)(target.value as (typeof types)[number])}
              className={fieldClass}
            >
              {types.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        </div>
      )}
      <div className="flex flex-wrap items-center gap-3">
        {confirming ? (
          <>
            <span className="text-ink">{t('confirm', { method, pod })}</span>
            <Button variant="danger" onClick={write}>
              {t('confirmed', { method })}
            </Button>
            <Button variant="quiet" onClick={() => setConfirming(false)}>
              {t('cancel')}
            </Button>
          </>
        ) : (
          <Button type="submit" aria-busy={busy} disabledReason={wrong ?? (method === 'GET' ? undefined : mayNot)}>
            {t(method === 'GET' ? 'send' : 'sendWrite', { method })}
          </Button>
        )}
        {busy ? <span className="text-muted">{t('asking')}</span> : null}
      </div>
      {failure ? (
        <p role="alert" className="break-words text-bad">
          {failure.message}
        </p>
      ) : null}
      {answer && !busy ? <Answer answer={answer} label={t('answer', { pod })} /> : null}
      {wrong === undefined ? (
        <div className="flex flex-col gap-1.5">
          <h3 className="text-muted">{t('curl')}</h3>
          <Command text={curlLine({ namespace, pod, port, path: address.path, method, text, contentType })} />
        </div>
      ) : null}
    </form>
  )
}

/** The same through `kubectl proxy`. */
export function curlLine(ask: {
  namespace: string
  pod: string
  port: number
  path: string
  method: Method
  text: string
  contentType: string
}): string {
  const { namespace, pod, port, path, method, text, contentType } = ask
  const url = `http://localhost:8001/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy${path}`
  const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`
  const body = text === '' ? '' : ` -H ${quoted(`Content-Type: ${contentType}`)} --data-binary ${quoted(text)}`
  return `curl${method === 'GET' ? '' : ` -X ${method}${body}`} ${url}`
}
