import { everyday } from './everyday'
import type { Lesson } from './lesson'
import { names } from './names'
import { storm } from './storm'
import { trouble } from './trouble'

/** All lessons, in the order of the menu. */
export const lessons: Lesson[] = [...everyday, ...trouble, ...names, storm]

export const lessonById = (id: string): Lesson | undefined => lessons.find((lesson) => lesson.id === id)
