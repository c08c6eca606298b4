import { openApi } from '@/lib/contract/openapi'
import { guard } from '@/lib/http/guard'
import { json } from '@/lib/http/responses'

export const dynamic = 'force-dynamic'

/** Every route of the API, for programs: OpenAPI 3.1. */
export const GET = guard({}, () => json(openApi()))
