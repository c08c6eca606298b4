import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeObject, encodeObject } from '@/lib/demo/api/protobuf/message'
import { RESOURCES } from '@/lib/demo/api/resources'
import type { Fields } from '@/lib/demo/store'
import { moduleFolder } from './modules'

/** Objects with every field filled, as Kubernetes' own encoders write them: testdata of k8s.io/api. */
describe('protobuf as Kubernetes writes it', () => {
  let folder: string
  const load = async (name: string) => ({
    bytes: await readFile(path.join(folder, `${name}.pb`)),
    json: JSON.parse(await readFile(path.join(folder, `${name}.json`), 'utf8')) as Fields,
  })
  const names = [
    ...[...RESOURCES.values()].map(({ group, version, kind }) => `${group || 'core'}.${version}.${kind}`),
    'core.v1.Binding',
    'policy.v1.Eviction',
    'autoscaling.v1.Scale',
    'authorization.k8s.io.v1.SelfSubjectAccessReview',
    'authorization.k8s.io.v1.SelfSubjectRulesReview',
    'authentication.k8s.io.v1.SelfSubjectReview',
  ]

  beforeAll(async () => {
    folder = path.join(await moduleFolder('k8s.io/api'), 'testdata', 'HEAD')
  })

  test.each(names)('%s is read as its JSON', async (name) => {
    const { bytes, json } = await load(name)
    expect(decodeObject(bytes)).toEqual(json)
  })

  test.each(names)('%s is written so that it reads the same', async (name) => {
    const { json } = await load(name)
    expect(decodeObject(encodeObject(json))).toEqual(json)
  })
})
