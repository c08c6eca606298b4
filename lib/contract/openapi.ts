import { z } from 'zod'
import { ErrorReply, type OpenApiDocument } from './answers'
import { statusOf } from './errors'
import { allOperations, errorsOf, type Operation } from './operations'
import { streamEvents } from './snapshots'

/** The description of the API for programs, made of the schemas that the API itself goes by. */

type Json = Record<string, unknown>

/** OpenAPI 3.1 takes JSON Schema 2020-12 as it is. Source: OpenAPI Specification 3.1.1, Schema Object. */
export function openApi(): OpenApiDocument {
  const components: Json = {}
  const described = (schema: z.ZodType, io: 'input' | 'output' = 'output') => describe(schema, io, components)
  const errors = described(ErrorReply)
  const paths: Record<string, Json> = {}
  for (const one of allOperations) {
    const parameters = [
      ...parametersOf(one.params, 'path', described),
      ...parametersOf(one.query, 'query', described),
      ...(one.body ? [origin] : []),
    ]
    paths[one.path] = {
      ...paths[one.path],
      [one.method]: {
        operationId: one.id,
        summary: one.summary,
        ...(parameters.length > 0 ? { parameters } : {}),
        ...(one.body
          ? {
              requestBody: {
                required: true,
                content: { 'application/json': { schema: described(one.body, 'input') } },
              },
            }
          : {}),
        responses: responsesOf(one, described(one.answer), errors),
      },
    }
  }
  for (const [name, schema] of Object.entries<z.ZodType>(streamEvents)) {
    components[`Stream-${name}`] = { description: `The data of the event \`${name}\`.`, ...described(schema) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Ordinal',
      version: '1',
      description:
        'What the pages of Ordinal show and do. Only programs on this machine reach it, by the exact host and port that it was started with. The data of the events of the stream are the schemas `Stream-…`.',
    },
    paths,
    components: { schemas: components },
  }
}

const origin = {
  name: 'Origin',
  in: 'header',
  required: true,
  description: 'The address of Ordinal itself, such as `http://127.0.0.1:3000`.',
  schema: { type: 'string' },
}

function responsesOf(one: Operation, answer: Json, errors: Json): Json {
  const content = (schema: Json) => ({ 'application/json': { schema } })
  const codes = new Map<number, string[]>()
  for (const code of errorsOf(one)) codes.set(statusOf[code], [...(codes.get(statusOf[code]) ?? []), code])
  const types = one.types ?? ['application/json']
  const schema = one.types ? { type: 'string' } : answer
  const responses: Json = {
    200: { description: 'Done.', content: Object.fromEntries(types.map((type) => [type, { schema }])) },
  }
  for (const [status, names] of codes) {
    const both = status === one.alsoWith
    responses[status] = {
      description: `${both ? 'The same answer, or an error: ' : ''}${names.map((name) => `\`${name}\``).join(', ')}.`,
      content: content(both ? { anyOf: [answer, errors] } : errors),
    }
  }
  return responses
}

function parametersOf(
  schema: z.ZodObject | undefined,
  place: 'path' | 'query',
  described: (schema: z.ZodType, io: 'input') => Json,
): Json[] {
  if (!schema) return []
  return Object.entries<z.ZodType>(schema.shape).map(([name, one]) => ({
    name,
    in: place,
    // What has a default may be left out.
    required: !one.safeParse(undefined).success,
    schema: described(one, 'input'),
  }))
}

/** The schema with the named ones that it uses moved among the components. */
function describe(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const { $schema: _, $defs, ...own } = pointed(z.toJSONSchema(schema, { target: 'draft-2020-12', io })) as Json
  Object.assign(components, $defs)
  return own
}

function pointed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name === '$ref' && typeof one === 'string' ? one.replace('#/$defs/', '#/components/schemas/') : pointed(one),
    ]),
  )
}
