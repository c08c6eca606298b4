/** The methods that may change something, and the verb that each needs. A GET is no action: it only reads. */
export const askVerbs = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const
export const askMethods = ['POST', 'PUT', 'PATCH', 'DELETE'] as const
