import { job } from '../src/dsl/index.ts';
import { stream } from './catalog.ts';

/** New premiums of the watched users, each beside the premium on file. */
const watched = stream('update_info')
  .filter((u) => u.id.isNotNull())
  .lookup('raw_info', { id: 'id' });

const dropped = watched
  .filter((w) => w.now_premium.toDouble().lt(w.raw_premium.toDouble().times(0.85)))
  .pick('id', 'raw_info', 'now_info', 'raw_premium', 'now_premium');

/** Alerts on users whose premium fell below 85 % of the one on file; every new premium becomes the one on file. */
export default job(
  'premium-drop-alert',
  dropped.keyBy('id').lastValue().into('wechat_activity_user'),
  watched
    .keyBy('id')
    .lastValue()
    .into('raw_info', { id: 'id', raw_premium: 'now_premium', raw_info: 'now_info' }),
);
