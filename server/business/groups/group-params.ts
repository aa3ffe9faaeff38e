/** What both route files of groups read from a request. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Id, parse } from '../http/validation.ts';

export const Uids = z.array(Id).min(1).max(1000);
export const Members = z.object({ members: Uids });
/** Characters of a group's name and of a member's name in the group. */
export const NAME_MAX = 40;

export const groupNo = (request: FastifyRequest): string => parse(z.object({ no: Id }), request.params).no;
