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
 */

defined( 'ABSPATH' ) || exit;

add_action(
	'wp_footer',
	function () {
		$config = (array) apply_filters( 'missive_chat_config', array() );
		?>
<!-- Missive Chat -->
<script type="application/json" id="missive-chat-config" data-id="<?php echo esc_attr( 'acme' ); ?>"><?php echo wp_json_encode( (object) $config, JSON_HEX_TAG ); ?></script>
<script>
(function(d, w) {
  var block = d.getElementById('missive-chat-config');
  var before = w.MissiveChatConfig || {};
  var config = {};

  function merge(into, from) {
    Object.keys(Object(from)).forEach(function(key) {
      var value = from[key];
      var nested = value && typeof value == 'object' && !Array.isArray(value);
      into[key] = nested ? merge(Object.hasOwn(into, key) ? Object(into[key]) : {}, value) : value;
    });
    return into;
  }

  [].concat(JSON.parse(block.textContent)).forEach(function(options) { merge(config, options); });
  config.id = block.getAttribute('data-id');

  Object.keys(before).forEach(function(name) {
    if (typeof before[name] == 'function') config[name] = before[name];
  });

  var chat = w.MissiveChat && w.MissiveChat.isOpen && w.MissiveChat;
  if (chat && chat.id && JSON.stringify(config) != JSON.stringify(before)) chat.destroy();
  w.MissiveChatConfig = config;

  if (!chat) {
    var m = w.MissiveChat = { q: [], isOpen: function() { return false; } };
    ('open close toggle showButton hideButton setUser ' +
     'setMeta addMeta setVariables destroy').split(' ').forEach(function(name) {
      m[name] = function() { m.q.push([name, arguments]); };
    });
  }
})(document, window);
</script>
		<?php
		wp_enqueue_script(
			'missive-chat',
			'https://chat.example.com/acme/missive.js',
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
