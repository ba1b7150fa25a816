/** Returns an e-mail address as it is compared: trimmed, in lower case and in Unicode normalisation form C. */
export const canonicalEmail = (given: string): string => given.normalize('NFC').trim().toLowerCase().normalize('NFC');
