import type { Construct } from 'constructs';
import { Saga, Step } from '../src';
import type { Parts } from './parts';

/** A saga with this library. */
export const build = (
  scope: Construct,
  { bookFlight, cancelFlight, bookHotel, cancelHotel, chargeCard, onCall }: Parts,
) =>
  new Saga(scope, 'Booking', {
    steps: [
      { name: 'BookFlight', action: Step.invoke(bookFlight), compensation: Step.invoke(cancelFlight) },
      { name: 'BookHotel', action: Step.invoke(bookHotel), compensation: Step.invoke(cancelHotel) },
      { name: 'ChargeCard', action: Step.invoke(chargeCard, { businessErrors: ['CardDeclined'] }) },
    ],
    alarmTopic: onCall,
  }).alias;
