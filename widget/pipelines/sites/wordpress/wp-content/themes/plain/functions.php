<?php
// Pages with a Content-Security-Policy can't have the first: it is an inline script. The others are files that are not served here.
remove_action( 'wp_head', 'print_emoji_detection_script', 7 );
remove_action( 'wp_enqueue_scripts', 'wp_common_block_scripts_and_styles' );
remove_action( 'wp_enqueue_scripts', 'wp_enqueue_classic_theme_styles' );

add_filter(
	'missive_chat_config',
	function ( $config ) {
		if ( '/off/' === $_SERVER['REQUEST_URI'] ) {
			return false;
		}
		if ( '/french/' === $_SERVER['REQUEST_URI'] ) {
			$config['id'] = 'french';
		}
		$config['visitor']  = array( 'askEmail' => false );
		$config['messages'] = array( 'title' => '</script><!-- It\'s {{ 7 }} & "more"' );
		if ( '/other/' === $_SERVER['REQUEST_URI'] ) {
			$config['visitor']['askName'] = false;
			$config['chat']               = array( 'position' => 'bottom-left' );
		}
		return $config;
	}
);
