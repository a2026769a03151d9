<?php
// WordPress as it is installed, on content of its own, for one page that is named on the command line. It goes to a file.
$_SERVER += array( 'HTTPS' => 'on', 'HTTP_HOST' => 'site.example', 'SERVER_NAME' => 'site.example', 'SERVER_PROTOCOL' => 'HTTP/1.1' );
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['REQUEST_URI']    = '/' . $argv[1];
$_SERVER['PHP_SELF']       = '/index.php';

define( 'ABSPATH', '/usr/share/wordpress/' );
define( 'WP_CONTENT_DIR', __DIR__ . '/wp-content' );
define( 'WP_USE_THEMES', true );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', null );
define( 'DISABLE_WP_CRON', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
$table_prefix = 'wp_';

// A notice is a failure, too.
set_error_handler(
	function ( $severity, $message, $file, $line ) {
		if ( error_reporting() & $severity ) {
			throw new ErrorException( $message, 0, $severity, $file, $line );
		}
	}
);

ob_start();
require ABSPATH . 'wp-settings.php';
wp();
require ABSPATH . WPINC . '/template-loader.php';

$folder = __DIR__ . '/out/' . $argv[1];
mkdir( $folder, 0777, true );
file_put_contents( $folder . '/index.html', ob_get_clean() );
