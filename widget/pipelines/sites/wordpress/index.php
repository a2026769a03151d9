<?php
// WordPress as it is installed, on content of its own, for one page that is named on the command line.
$_SERVER += array( 'HTTPS' => 'on', 'HTTP_HOST' => 'site.example', 'SERVER_NAME' => 'site.example', 'SERVER_PROTOCOL' => 'HTTP/1.1' );
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['REQUEST_URI']    = '/' . $argv[1];
$_SERVER['PHP_SELF']       = '/index.php';

define( 'ABSPATH', '/usr/share/wordpress/' );
define( 'WP_CONTENT_DIR', __DIR__ . '/content' );
define( 'WP_USE_THEMES', true );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', null );
define( 'DISABLE_WP_CRON', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
$table_prefix = 'wp_';
require ABSPATH . 'wp-settings.php';
wp();
require ABSPATH . WPINC . '/template-loader.php';
