<?php
/**
 * Plugin Name: Missive Chat
 * Description: The live chat, on every page of the site.
 *
 * Save this file as wp-content/mu-plugins/missive-chat.php. There is nothing to activate.
 *
 * Options come from a filter, in your theme's functions.php or a plugin:
 *
 *     add_filter( 'missive_chat_config', function ( $config ) {
 *         $config['chat']['position'] = 'bottom-left';
 *         return $config;
 *     } );
 *
 * One that returns false leaves the chat out; $config['id'] is for another account of the same host.
 */

defined( 'ABSPATH' ) || exit;

add_action(
	'wp_footer',
	function () {
		$config = apply_filters( 'missive_chat_config', array() );
		$id     = is_array( $config ) && ! empty( $config['id'] ) ? $config['id'] : 'a{{7}}{%b%}{#c#}<?=d?>\'e\\\'f"g`${h}</script>';
		$json   = wp_json_encode( false === $config ? false : (object) $config, JSON_HEX_TAG );
		?>
<!-- Missive Chat -->
<script type="application/json" id="missive-chat-config" data-id="<?php echo esc_attr( $id ); ?>"><?php echo $json; ?></script>
		<?php
		// Printed by WordPress, so that plugins for a Content-Security-Policy can give it a nonce.
		wp_print_inline_script_tag(
			<<<'MISSIVE_CHAT'
(function(d, w) {
  var block = Document.prototype.querySelector.call(d, 'script#missive-chat-config[type="application/json"]');
  function given(name) {
    return w[name] && !w[name].window && w[name];
  }

  var before = given('MissiveChatConfig') || {};
  var config = {};

  function merge(into, from) {
    Object.keys(Object(from)).forEach(function(key) {
      var value = from[key];
      var nested = value && typeof value == 'object' && !Array.isArray(value);
      into[key] = nested ? merge(Object.hasOwn(into, key) ? Object(into[key]) : {}, value) : value;
    });
    return into;
  }

  var options = JSON.parse(block.textContent);
  [].concat(options).forEach(function(set) { merge(config, set); });
  config.id = block.getAttribute('data-id');

  Object.keys(before).forEach(function(name) {
    if (typeof before[name] == 'function') config[name] = before[name];
  });

  var chat = given('MissiveChat');
  if (!chat || !chat.isOpen || !chat.isOpen.call) chat = null;
  if (chat && chat.id && (options === false || JSON.stringify(config) != JSON.stringify(before))) chat.destroy();
  if (options === false) return;
  w.MissiveChatConfig = config;

  if (!chat) {
    var m = w.MissiveChat = { q: [], isOpen: function() { return false; } };
    ('open close toggle showButton hideButton setUser ' +
     'setMeta addMeta setVariables destroy').split(' ').forEach(function(name) {
      m[name] = function() { m.q.push([name, arguments]); };
    });
  }
})(document, window);
MISSIVE_CHAT
		);
		if ( false === $config ) {
			return;
		}
		wp_enqueue_script(
			'missive-chat',
			'https://example.com/a%7B%7B7%7D%7D%7B%25b%7Bc%7D%3C' . '/' . rawurlencode( $id ) . '/missive.js',
			array(),
			null,
			array(
				'strategy'  => 'async',
				'in_footer' => true,
			)
		);
	},
	// Before WordPress prints the scripts of the footer.
	5
);
