import { useState } from 'react';
import {
  bareDigits,
  phoneNumber,
  type PhoneNumber,
  saysZone,
  withZone,
} from '../../../shared/phone-number.ts';
import { regionOf, zoneOf } from '../../../shared/phone-zones.ts';

export interface AccountName {
  /** It is a phone number; else a user name. */
  byPhone: boolean;
  setByPhone: (on: boolean) => void;
  /** `CN` …: chosen, or what the typed number says. */
  region: string;
  setRegion: (region: string) => void;
  /** The number that was typed begins with its code. */
  saysZone: boolean;
  /** null = what was typed is none, or it is a user name. */
  number: PhoneNumber | null;
  /** What the server knows the account by. */
  account: string;
}

/** An account that is kept by its number: `008613800138000`. */
export const isNumber = (username: string): boolean => /^00[1-9]\d{6,18}$/.test(username);

/** What stands in the field for an account that is kept by its number. */
export function shownName(username: string): string {
  const number = isNumber(username) ? phoneNumber(username) : null;
  return number === null ? username : `+${number.zone.slice(2)} ${number.phone}`;
}

/** Whose account it is: what was typed, and as what. */
export function useAccountName(typed: string, start: { byPhone: boolean; region: string }): AccountName {
  const [byPhone, setByPhone] = useState(start.byPhone);
  const [chosen, setRegion] = useState(start.region);
  const whole = bareDigits(typed) === '' ? typed : withZone(typed, zoneOf(chosen));
  const number = byPhone ? phoneNumber(whole) : null;
  return {
    byPhone,
    setByPhone,
    // A number that was typed with its code says where it is from.
    region: number === null || number.zone === zoneOf(chosen) ? chosen : (regionOf(number.zone) ?? chosen),
    setRegion,
    saysZone: number !== null && saysZone(typed, number),
    number,
    account: number === null ? typed.trim() : number.zone + number.phone,
  };
}
