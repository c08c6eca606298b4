import { guard } from '@/lib/http/guard'
import { json } from '@/lib/http/responses'

export const dynamic = 'force-dynamic'

/** 200 when the process serves. */
export const GET = guard({}, () => json({ status: 'ok' }))
