import { z } from 'zod'
import { AppAnswer, PortNumber } from '@/lib/contract/ask'
import { AppPath } from '@/lib/contract/names'
import { askMethods } from '@/lib/contract/ask-methods'
import { type ActionContract, done, exampleAnswer, examplePod, previewed, target } from './action'

export const AskPodBody = z
  .strictObject({
    ...target,
    port: PortNumber,
    method: z.enum(askMethods),
    path: AppPath,
    text: z.string().max(32 * 1024),
    contentType: z.enum(['text/plain', 'application/json', 'application/x-www-form-urlencoded']),
  })
  .meta({ id: 'AskPodBody' })
export type AskPodBody = z.infer<typeof AskPodBody>

export const AskPodPreview = z
  .strictObject({
    ...previewed,
    /** None: what a pod does with a request cannot be known before. */
    dryRun: z.null(),
    preconditions: z.strictObject({ uid: z.string() }),
  })
  .meta({ id: 'AskPodPreview' })
export type AskPodPreview = z.infer<typeof AskPodPreview>

export const PodAsked = z.strictObject({ ...done, app: AppAnswer }).meta({ id: 'PodAsked' })
export type PodAsked = z.infer<typeof PodAsked>

export const askPod = {
  rate: 'change',
  rule: { verb: 'create', group: '', resource: 'pods/proxy', on: 'pod' },
  summary:
    'Sends a POST, PUT, PATCH or DELETE to a port that the pod declares, through the API server. Redirects are not followed, and nothing is sent twice. There is no dry run: what a pod does with a request cannot be known before.',
  example: {
    body: { ...examplePod, port: 8080, method: 'POST', path: '/', text: 'hello', contentType: 'text/plain' },
    answer: { ...exampleAnswer, app: { from: 'app', status: 200, text: 'Stored on kubia-0\n' } },
  },
  body: AskPodBody,
  preview: AskPodPreview,
  answer: PodAsked,
} satisfies ActionContract
